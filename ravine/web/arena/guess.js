// A guess on the picture beside what came out: marks of places, and a note in the corner where it hides least.

import { clip, inside } from "./geometry.js"

const RING = 11 // pixels
const ARM = 9 // of the cross
const LINES = {
  guess: `<circle cx="10" cy="10" r="7.5"/><circle cx="10" cy="10" r="1.5"/>`,
  truth: `<path d="M4 4l12 12M16 4L4 16"/>`,
}

/** A mark as SVG text: of the "guess" or of the "truth". */
export function glyph(name) {
  return `<svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round">${LINES[name]}</svg>`
}

/** Paints places of a guess and of the truth, each [x, y] or null; of several panels on the one of `lane`, its key. */
export class GuessMarks {
  constructor() {
    this.clear()
  }

  clear() {
    Object.assign(this, { guess: null, truth: null, lane: null })
  }

  /** Whether a panel with these lanes is the one. */
  isOn(lanes) {
    return !this.lane || lanes.length !== 1 || lanes[0].id === this.lane
  }

  /** On a `view`: a scene with its pen and scales, as `paint` has it. */
  paint(view) {
    const { guess, truth } = this
    if (!this.isOn(view.lanes)) return
    if (guess && truth) join(view, guess, truth)
    if (guess) ring(view, guess)
    if (truth && inside(truth, view.box)) cross(view, truth)
  }
}

function join({ pen, box, theme, toPixel }, guess, truth) {
  const part = clip(guess, truth, box)
  if (!part) return
  stroked(pen, theme, 1.5, [5, 4], () => part.forEach((end, i) => (i ? pen.lineTo(...toPixel(...end)) : pen.moveTo(...toPixel(...end)))))
}

function ring({ pen, theme, toPixel }, place) {
  const [x, y] = toPixel(...place)
  stroked(pen, theme, 2.5, [], () => pen.arc(x, y, RING, 0, 2 * Math.PI))
  stroked(pen, theme, 2.5, [], () => pen.arc(x, y, 2, 0, 2 * Math.PI))
}

function cross({ pen, theme, toPixel }, place) {
  const [x, y] = toPixel(...place)
  stroked(pen, theme, 3, [], () => {
    for (const side of [1, -1]) {
      pen.moveTo(x - ARM, y - side * ARM)
      pen.lineTo(x + ARM, y + side * ARM)
    }
  })
}

/** A line that is seen on any ground. */
function stroked(pen, theme, width, dash, trace) {
  for (const [colour, more] of [[theme.page, 3], [theme.text, 0]]) {
    pen.beginPath()
    trace()
    pen.lineCap = "round"
    pen.strokeStyle = colour
    pen.lineWidth = width + more
    pen.setLineDash(more ? [] : dash)
    pen.stroke()
  }
  pen.setLineDash([])
  pen.lineCap = "butt"
}

/** Points on the way along a polyline of pixels, up to where it is no number; a long one is dense as it is. */
export function along(pixels, parts = pixels.length > 100 ? 1 : 8) {
  const ended = pixels.findIndex(([x, y]) => !Number.isFinite(x + y))
  const whole = ended < 0 ? pixels : pixels.slice(0, ended)
  const between = ([x, y], [u, v]) => Array.from({ length: parts }, (_, i) => [x + ((u - x) * i) / parts, y + ((v - y) * i) / parts])
  return whole.flatMap((pixel, k) => between(pixel, whole[k + 1] ?? pixel))
}

/** The corner of a frame, {left, top, width, height}, in which a note of this [width, height] hides the fewest of `points`, or
 * comes near them: its left upper end, in the same pixels.
 */
export function cornerOf({ left, top, width, height }, [wide, high], points, gap = 6, near = 12) {
  const lefts = [left + gap, left + width - wide - gap]
  const tops = [top + gap, top + height - high - gap]
  const corners = tops.flatMap((y) => lefts.map((x) => [x, y]))
  const hides = ([x, y]) => points.filter((point) => inside(point, [x - near, x + wide + near, y - near, y + high + near])).length
  return corners.reduce((best, corner) => (hides(corner) < hides(best) ? corner : best))
}
