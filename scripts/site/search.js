/** The search of the documents: a classic script, since a page opened from a folder loads no modules. */
;(() => {
  const most = 12
  let index

  /** The sections that hold all words, the best first. */
  globalThis.searchDocuments = (words) => {
    index ??= MiniSearch.loadJSON(globalThis.koptIndex, globalThis.koptSearchOptions)
    const found = index.search(words)
    return (found.length > 0 ? found : index.search(words, { combineWith: 'OR' })).slice(0, most)
  }

  if (typeof document === 'undefined') return
  const field = document.getElementById('site-search')
  const list = document.getElementById('site-found')
  const root = document.body.dataset.root

  const show = () => {
    const words = field.value.trim()
    const found = words === '' ? [] : globalThis.searchDocuments(words)
    const entries = found.map(({ to, page, title }) => {
      const link = document.createElement('a')
      link.href = root + to
      link.append(title)
      if (page !== title) {
        const where = document.createElement('span')
        where.textContent = page
        link.append(where)
      }
      const entry = document.createElement('li')
      entry.append(link)
      return entry
    })
    if (words !== '' && entries.length === 0) {
      const entry = document.createElement('li')
      entry.className = 'none'
      entry.textContent = `Nothing found for “${words}”.`
      entries.push(entry)
    }
    list.replaceChildren(...entries)
    list.hidden = entries.length === 0
  }

  const links = () => [...list.querySelectorAll('a')]
  field.addEventListener('input', show)
  field.addEventListener('focus', show)
  document.addEventListener('keydown', (event) => {
    if (event.key === '/' && document.activeElement !== field) {
      event.preventDefault()
      field.focus()
    }
    if (event.key === 'Escape') {
      list.hidden = true
      field.blur()
    }
    if (event.key === 'Enter' && document.activeElement === field) links()[0]?.click()
    if (!list.hidden && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault()
      const all = [field, ...links()]
      const at = all.indexOf(document.activeElement)
      all[(at + (event.key === 'ArrowDown' ? 1 : all.length - 1)) % all.length].focus()
    }
  })
  document.addEventListener('click', (event) => {
    if (!event.target.closest('.search')) list.hidden = true
    else if (event.target.closest('a')) list.hidden = true
  })

  // On a narrow screen the list of documents would stand before the text.
  const documents = document.querySelector('nav details')
  if (matchMedia('(max-width: 800px)').matches) documents.open = false
})()
