// The live knob in the visitor's hand: the paths at each of its stops come from the fan, which is fetched once for each
// race and knob, and the numbers of a stop come from the server when the hand rests.

import { neighbours } from "../shared/fan.js"
import { fetchFan } from "../shared/fetching.js"

const ARROWS = new Set(["gradient", "velocity", "step"])
const FAN_REST = 300 // milliseconds without news, after which the fan of what is shown is asked for
const REST = 140 // milliseconds without a move, after which the numbers of a stop are asked for

export class Knob {
  /** `now()` is what is shown: {data, lanes}. `on` has draw(), ask([key, text]) and commit([key, text]). */
  constructor(now, on, fetch = fetchFan) {
    Object.assign(this, { now, on, fetch, scrubbed: null, fan: null, url: null, movers: [] })
  }

  /** New data, in which another knob may be the live one. */
  meet(dial) {
    if (dial && dial.key !== this.now().data?.dial.key) this.scrubbed = null
  }

  /** The stop that is shown while the knob is scrubbed, as text, or nothing. */
  get shows() {
    return this.scrubbed === null ? "" : this.now().data.dial.stops[this.scrubbed]
  }

  /** Show the race at a stop: from the fan at once, and its numbers when the hand rests. */
  scrub(stop) {
    this.scrubbed = stop
    clearTimeout(this.resting)
    const ask = () => this.on.ask(this.turn(stop))
    if (!this.fits) {
      this.need()
      return ask()
    }
    this.resting = setTimeout(ask, REST)
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null
      this.read()
      this.on.draw()
    })
  }

  /** The knob was let go: what it shows becomes the race. Until that comes, the paths from the fan stay. */
  commit(stop) {
    clearTimeout(this.resting)
    this.scrubbed = null
    this.on.commit(this.turn(stop))
  }

  /** A stop as the server takes it: the slider's key and what it shows there. */
  turn(stop) {
    const { key, stops } = this.now().data.dial
    return [key, stops[stop]]
  }

  /** Put the paths of the stop that is scrubbed into the lanes. */
  read() {
    if (this.fits && this.scrubbed !== null) this.now().lanes.forEach((lane, i) => this.fan.read(i, this.scrubbed, lane))
  }

  /** Fetch the fan a little later. */
  needLater() {
    clearTimeout(this.waiting)
    this.waiting = setTimeout(() => this.need(), FAN_REST)
  }

  /** Fetch the fan of the live knob, once for each race and knob. */
  async need() {
    const { lanes, steps, view, dial } = this.now().data
    const url = this.address
    if (this.url === url) return
    Object.assign(this, { url, fan: null })
    const shape = { lanes: lanes.length, stops: dial.stops.length, steps, view }
    const fan = await this.fetch(url, shape).catch(() => null)
    if (this.url !== url) return
    this.fan = fan
    if (!fan) this.url = null
    this.movers = fan && lanes.map((_lane, i) => fan.moves(i))
    this.on.draw()
  }

  get address() {
    const { urls, dial } = this.now().data
    return `${urls.fan}?${dial.fan}&knob=${dial.key}`
  }

  /** Whether the fan that is here is that of the race and the knob. */
  get fits() {
    return this.fan && this.url === this.address
  }

  /** The paths for neighbouring values, when they are to be seen. */
  paths(marks) {
    const { data, lanes } = this.now()
    if (!marks.has("fan") || !this.fits || data.layout === "3d") return null
    const near = neighbours(this.scrubbed ?? data.dial.at, data.dial.stops.length)
    return lanes.flatMap((lane, i) =>
      lane.hidden || !this.movers[i] ? [] : near.map((stop) => ({ lane, path: this.fan.path(i, stop) })),
    )
  }

  /** Arrows are those of the race as it was told last: while the knob is scrubbed there are none. */
  marks(marks) {
    if (this.scrubbed === null || this.scrubbed === this.now().data.dial.at) return marks
    return new Set([...marks].filter((mark) => !ARROWS.has(mark)))
  }

  dispose() {
    for (const timer of [this.resting, this.waiting]) clearTimeout(timer)
    cancelAnimationFrame(this.frame)
  }
}
