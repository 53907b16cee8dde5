/** Joins what stands in `dist` of this folder to programs there. */
export function joinPrograms(root: string): Promise<void>
