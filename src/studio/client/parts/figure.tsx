/** A figure of the report, drawn for the room that there is. */
import { useEffect, useRef, useState } from 'preact/hooks'

const narrowWidth = 350
const wideWidth = 860

/** `draw` makes the SVG, given its id and its width in pixels. */
export function Figure({ id, draw }: { readonly id: string; readonly draw: (id: string, width: number) => string }) {
  const box = useRef<HTMLDivElement>(null)
  const [narrow, setNarrow] = useState(false)
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => setNarrow((entry?.contentRect.width ?? wideWidth) < 560))
    if (box.current) watch.observe(box.current)
    return () => watch.disconnect()
  }, [])
  const svg = draw(id, narrow ? narrowWidth : wideWidth)
  // the report's figures escape every text that they hold
  return <div ref={box} class="figure" dangerouslySetInnerHTML={{ __html: svg }} />
}
