/** How films come. */

/** Films of one request: as many as the model judges in one call. */
export const mostFilms = 16

/** A film says by its content what it is; these are the types that a request may give it. */
export const filmTypes = ['image/png', 'image/jpeg', 'image/tiff', 'application/dicom', 'application/octet-stream']

export const severalFilms = 'multipart/form-data'

/** Whether a Content-Type is one that films come with. */
export function isTaken(type: string): boolean {
  const [name = ''] = type.toLowerCase().split(';')
  return [...filmTypes, severalFilms].includes(name.trim())
}
