// One line below the picture: what happened in a step, of the point that is hovered or, while the race stands still, of the
// lane that was looked at last; and that the start has moved, with a way back.

import { loadFigure } from "../shared/fetching.js"
import { button } from "../shared/menu.js"
import { fill } from "../shared/numbers.js"

const SOON = 150 // milliseconds that a point is hovered, or a race stands, before anything is asked
const LONG = 10_000 // milliseconds in which a move of the start can be taken back here

export class Remark {
  /** `now()` is what is shown: {data, lanes, clock}; `on` has undo(start), draw(); `load(url)` fetches what is said. */
  constructor(now, on, load = loadFigure) {
    Object.assign(this, { now, on, load, hovered: null, last: null, key: null })
    this.element = Object.assign(document.createElement("p"), { className: "rv-remark" })
    this.element.setAttribute("aria-live", "polite")
  }

  /** The point under the pointer: {id, step}, the lane's key and the step; null for none. */
  hover(at) {
    if (at?.id === this.hovered?.id && at?.step === this.hovered?.step) return
    this.hovered = at
    if (at) this.last = at.id
    this.on.draw()
  }

  /** What there is to say now: {id, step}, or null. */
  get meant() {
    const { lanes, clock } = this.now()
    if (this.hovered) return this.hovered
    const seen = lanes.filter((lane) => !lane.hidden)
    const lane = seen.find(({ id }) => id === this.last) ?? seen[0]
    return clock.playing || !lane || clock.step < 1 ? null : { id: lane.id, step: clock.step }
  }

  show() {
    const { data } = this.now()
    const meant = this.meant
    const key = meant && `${data.link}&lane=${meant.id}&step=${meant.step}`
    if (key === this.key) return
    this.key = key
    clearTimeout(this.waiting)
    if (this.moved) return
    if (meant) this.waiting = setTimeout(() => this.ask(key, meant), SOON)
    else this.element.textContent = ""
  }

  async ask(key, { id, step }) {
    const { data, lanes } = this.now()
    const lang = new URLSearchParams(data.ground).get("lang") ?? ""
    const answer = await this.load(`${data.urls.step}?${key}&lang=${lang}`).catch(() => null)
    const name = lanes.find((lane) => lane.id === id)?.name
    if (key === this.key && answer && name && !this.moved) this.element.textContent = fill(data.words.remark, { name, k: step, said: answer.said })
  }

  /** Say this, until something happens. */
  say(text) {
    this.element.textContent = text
  }

  /** The start has moved from `start`: here it can be moved back. */
  offer(start) {
    const { words } = this.now().data
    clearTimeout(this.moved)
    const undo = button(words.undo, () => (this.forget(), this.on.undo(start)))
    this.element.replaceChildren(words.moved, undo)
    this.moved = setTimeout(() => this.forget(), LONG)
  }

  forget() {
    clearTimeout(this.moved)
    this.moved = null
    this.key = null
    this.element.textContent = ""
    this.show()
  }

  dispose() {
    clearTimeout(this.waiting)
    clearTimeout(this.moved)
  }
}
