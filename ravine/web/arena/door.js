// The door: a first visit plays by itself, with a headline and short labels on the picture. They are gone at the first
// touch and never come again uninvited; the question mark above the picture brings them back.

import { inside, pointAt } from "./geometry.js"
import { labelBox } from "./labels.js"

const HERE_BEFORE = "ravine-was-here" // in the browser's storage
const LEADS = [20, 46, 80] // pixels between what a label means and the label
const CLEAR = 11 // pixels around what is meant that no label hides
const ALONG = 0.4 // of a path: where the label of a path points to
const ACROSS = [0.12, 0.3, 0.5, 0.7, 0.88] // of the picture: where high ground is looked for

export class Door {
  /** `now()` is what is shown; `on` has begin() (the race runs from its start) and draw(). */
  constructor(now, on) {
    this.now = now
    this.on = on
    this.element = Object.assign(document.createElement("div"), { className: "rv-door", hidden: true })
    this.element.setAttribute("role", "note")
    this.headline = Object.assign(document.createElement("p"), { className: "rv-headline", hidden: true })
    this.close = () => (this.shut(), this.on.draw())
  }

  /** A race is painted. `invited`: its address named none, as that of somebody new does. */
  welcome(invited) {
    if (invited && !this.asked && !wasHere()) this.open()
    this.asked = true
  }

  open() {
    remember()
    this.element.hidden = this.headline.hidden = false
    this.place()
    this.on.begin()
    for (const touch of ["pointerdown", "keydown", "wheel"]) window.addEventListener(touch, this.close, { capture: true, passive: true })
  }

  shut() {
    this.element.hidden = this.headline.hidden = true
    for (const touch of ["pointerdown", "keydown", "wheel"]) window.removeEventListener(touch, this.close, { capture: true })
  }

  get isOpen() {
    return !this.element.hidden
  }

  /** Put headline and labels where they belong; for every new ground. */
  place() {
    if (!this.isOpen) return
    const { data } = this.now()
    const [panel] = this.now().panels
    this.headline.textContent = data.words.headline
    this.cover()
    this.leads = document.createElementNS("http://www.w3.org/2000/svg", "svg")
    this.element.replaceChildren(this.leads)
    if (data.layout !== "overlay" || !panel?.drawn) return
    const room = this.room(panel)
    const meant = this.anchors(panel).filter(([, anchor]) => anchor).map(([name, anchor]) => [data.words[name], room.pixel(anchor)])
    const taken = meant.map(([, [x, y]]) => [x - CLEAR, x + CLEAR, y - CLEAR, y + CLEAR])
    for (const [text, anchor] of meant) this.label(text, anchor, room, taken)
  }

  /** Put the headline in the place of the formula above the arena; what stands beside that can be pressed all the same. */
  cover() {
    const home = this.headline.parentElement
    const part = '[data-testid="stElementContainer"]'
    const formula = home.closest(part)?.previousElementSibling?.querySelector(part)?.getBoundingClientRect()
    if (!formula) return
    const { top, right } = home.getBoundingClientRect()
    Object.assign(this.headline.style, {
      minHeight: `${formula.height}px`,
      bottom: `calc(100% + ${top - formula.bottom}px)`,
      right: `${right - formula.right}px`,
    })
  }

  /** What the labels mean: places in the plane, null where there is none. */
  anchors(panel) {
    const { lanes, clock } = this.now()
    const seen = (place) => (place && inside(place, panel.box) ? place : null)
    const path = lanes.find((lane) => !lane.hidden)
    const { x, y } = panel.ground._fullData[1]
    const low = x?.length ? [x[0], y[0]] : null
    const start = path && [path.x[0], path.y[0]]
    const along = path && pointAt(path, Math.round(ALONG * clock.steps))
    return [["drag", seen(start)], ["lowest", seen(low)], ["method", seen(along)], ["high", highest(panel, [start, low])]]
  }

  /** Where labels may stand, in pixels of this element, and what they would hide: all points of all paths. */
  room(panel) {
    const home = this.element.getBoundingClientRect()
    const held = panel.holder.getBoundingClientRect()
    const { left, top, width, height } = panel.frame
    const [x0, x1, y0, y1] = panel.box
    const [dx, dy] = [held.left - home.left + left, held.top - home.top + top]
    const pixel = ([x, y]) => [dx + ((x - x0) / (x1 - x0)) * width, dy + ((y1 - y) / (y1 - y0)) * height]
    const paths = this.now().lanes.filter((lane) => !lane.hidden)
    const points = paths.flatMap((lane) => Array.from(lane.x, (x, k) => pixel([x, lane.y[k]])))
    return { frame: [dx, dx + width, dy, dy + height], pixel, points }
  }

  /** A label beside its anchor, where it hides least; none where there is no room. */
  label(text, anchor, { frame, points }, taken) {
    const made = this.element.appendChild(Object.assign(document.createElement("span"), { className: "rv-label", textContent: text }))
    const size = [made.offsetWidth, made.offsetHeight]
    const cost = (box) => points.filter((point) => inside(point, box)).length
    const best = labelBox(anchor, size, { leads: LEADS, frame, taken, cost })
    if (!best) return made.remove()
    Object.assign(made.style, { left: `${best[0]}px`, top: `${best[2]}px` })
    taken.push(best)
    this.lead(anchor, best)
  }

  lead([x, y], [left, right, top, bottom]) {
    const line = this.leads.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "line"))
    const ends = { x1: x, y1: y, x2: Math.min(right, Math.max(left, x)), y2: Math.min(bottom, Math.max(top, y)) }
    for (const [name, value] of Object.entries(ends)) line.setAttribute(name, value)
  }

  dispose() {
    this.shut()
  }
}

/** The highest of some places all over the picture; of several, the one that is farthest from `others`. */
function highest(panel, others) {
  const { x, y, z } = panel.ground._fullData[0]
  if (!z) return null
  const [left, right, bottom, top] = panel.box
  const nearest = (axis, value) => axis.reduce((best, one, k) => (Math.abs(one - value) < Math.abs(axis[best] - value) ? k : best), 0)
  const places = ACROSS.flatMap((a) => ACROSS.map((b) => [left + a * (right - left), bottom + b * (top - bottom)]))
  const away = (place) => Math.min(...others.filter(Boolean).map(([u, v]) => Math.hypot((place[0] - u) / (right - left), (place[1] - v) / (top - bottom))))
  const heights = places.map((place) => Number(z[nearest(y, place[1])]?.[nearest(x, place[0])]))
  const most = Math.max(...heights.filter(Number.isFinite))
  const least = Math.min(...heights.filter(Number.isFinite))
  const high = places.filter((_place, k) => heights[k] >= most - 0.1 * (most - least))
  return high.sort((one, other) => away(other) - away(one))[0] ?? null
}

/** Whether this browser was here before. One that keeps nothing is taken for one that was. */
function wasHere() {
  try {
    return localStorage.getItem(HERE_BEFORE) !== null
  } catch {
    return true
  }
}

function remember() {
  try {
    localStorage.setItem(HERE_BEFORE, "yes")
  } catch {
    // then it is not kept
  }
}
