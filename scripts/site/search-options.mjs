/** How the documents are indexed and searched: the same for the script that writes the index and the page that asks it. */
export const searchOptions = {
  fields: ['title', 'page', 'text'],
  storeFields: ['to', 'page', 'title'],
  searchOptions: { boost: { title: 4, page: 2 }, prefix: true, fuzzy: 0.15, combineWith: 'AND' },
}
