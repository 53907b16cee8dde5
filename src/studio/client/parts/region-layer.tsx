/** Regions over a film: drawn, chosen, moved, resized and turned by mouse, pen or finger. */
import { useRef, useState } from 'preact/hooks'
import { cornersOf, type Point, turnOf } from '../../../image/rectangle.js'
import type { DrawnRegion } from '../../wire/regions.js'
import { between, type FilmSize, fits, lookingTo, moved, pulled } from './region-edit.js'

type Grip =
  | { readonly kind: 'draw' }
  | { readonly kind: 'move'; readonly region: DrawnRegion }
  | { readonly kind: 'turn'; readonly region: DrawnRegion }
  | { readonly kind: 'corner'; readonly region: DrawnRegion; readonly corner: number }

interface Gesture {
  readonly grip: Grip
  readonly from: Point
}

/** Pixels on the screen. */
const handleSide = 11
const turnDistance = 26

export function RegionLayer({
  size,
  regions,
  selected,
  onSelect,
  onChange,
  onDraw,
}: {
  readonly size: FilmSize
  readonly regions: readonly DrawnRegion[]
  readonly selected: number | undefined
  readonly onSelect: (at: number | undefined) => void
  /** `last`: the gesture has ended. */
  readonly onChange: (region: DrawnRegion, last: boolean) => void
  readonly onDraw: (region: DrawnRegion) => void
}) {
  const layer = useRef<SVGSVGElement>(null)
  const gesture = useRef<Gesture | undefined>(undefined)
  const [drawing, setDrawing] = useState<DrawnRegion>()
  /** Pixels of the film for one on the screen. */
  const scale = () => size.width / (layer.current?.getBoundingClientRect().width || size.width)
  const pointOf = (event: PointerEvent): Point => {
    const box = layer.current?.getBoundingClientRect()
    return box ? { x: (event.clientX - box.left) * scale(), y: (event.clientY - box.top) * scale() } : { x: 0, y: 0 }
  }
  const chosen = selected === undefined ? undefined : regions[selected]
  const begin = (event: PointerEvent, grip: Grip) => {
    if (event.button !== 0) return
    event.stopPropagation()
    layer.current?.setPointerCapture(event.pointerId)
    gesture.current = { grip, from: pointOf(event) }
  }
  const follow = (event: PointerEvent, last: boolean) => {
    if (!gesture.current) return
    const { grip, from } = gesture.current
    const to = pointOf(event)
    if (last) gesture.current = undefined
    if (grip.kind === 'draw') {
      const drawn = between(from, to, size)
      const good = fits(drawn, size)
      setDrawing(last || !good ? undefined : drawn)
      if (last && good) onDraw(drawn)
      else if (last) onSelect(undefined)
    } else if (grip.kind === 'move')
      onChange(moved(grip.region, Math.round(to.x - from.x), Math.round(to.y - from.y), size), last)
    else if (grip.kind === 'turn') onChange(lookingTo(grip.region, to, size), last)
    else onChange(pulled(grip.region, grip.corner, to, size), last)
  }
  return (
    <svg
      ref={layer}
      class="region-layer"
      viewBox={`0 0 ${size.width} ${size.height}`}
      aria-hidden="true"
      onPointerDown={(event) => begin(event, { kind: 'draw' })}
      onPointerMove={(event) => follow(event, false)}
      onPointerUp={(event) => follow(event, true)}
      onPointerCancel={() => {
        gesture.current = undefined
        setDrawing(undefined)
      }}
    >
      {regions.map((region, i) => (
        <Outline
          key={i}
          region={region}
          chosen={i === selected}
          scale={scale()}
          onPointerDown={(event) => {
            onSelect(i)
            begin(event, { kind: 'move', region })
          }}
        />
      ))}
      {drawing && <Outline region={drawing} chosen scale={scale()} />}
      {chosen && (
        <Handles
          region={chosen}
          scale={scale()}
          onCorner={(event, corner) => begin(event, { kind: 'corner', region: chosen, corner })}
          onTurn={(event) => begin(event, { kind: 'turn', region: chosen })}
        />
      )}
    </svg>
  )
}

function Outline({
  region,
  chosen,
  scale,
  onPointerDown,
}: {
  readonly region: DrawnRegion
  readonly chosen: boolean
  readonly scale: number
  readonly onPointerDown?: (event: PointerEvent) => void
}) {
  const [corner] = cornersOf(region)
  const points = cornersOf(region).map(({ x, y }) => `${x},${y}`)
  return (
    <g class={chosen ? 'region chosen' : 'region'} onPointerDown={onPointerDown}>
      <polygon points={points.join(' ')} />
      <text x={corner?.x} y={(corner?.y ?? 0) - 5 * scale} font-size={14 * scale}>
        {region.label ?? ''}
      </text>
    </g>
  )
}

function Handles({
  region,
  scale,
  onCorner,
  onTurn,
}: {
  readonly region: DrawnRegion
  readonly scale: number
  readonly onCorner: (event: PointerEvent, corner: number) => void
  readonly onTurn: (event: PointerEvent) => void
}) {
  const side = handleSide * scale
  const { cosine, sine } = turnOf(region.rotationDegrees ?? 0)
  const reach = region.height / 2 + turnDistance * scale
  const [x, y] = [region.left + region.width / 2 + reach * sine, region.top + region.height / 2 - reach * cosine]
  return (
    <>
      {cornersOf(region).map((point, corner) => (
        <rect
          key={corner}
          class="handle"
          x={point.x - side / 2}
          y={point.y - side / 2}
          width={side}
          height={side}
          onPointerDown={(event) => onCorner(event, corner)}
        />
      ))}
      <circle class="handle" cx={x} cy={y} r={side / 2} onPointerDown={onTurn} />
    </>
  )
}
