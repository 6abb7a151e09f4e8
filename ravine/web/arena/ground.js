// The ground of the picture: how much room there is for it, and that it is laid anew when it has to be another one.

import { Stage } from "./stage.js"

const ASIDE = { from: 860, width: 300, gap: 18 } // pixels: the lanes stand beside the picture when there is room
const ASKED = { from: 640, low: 500 } // pixels: so wide and so low a window shows a question beside the picture
const AGAIN = 2000 // milliseconds until what did not arrive is asked for again

export class Ground {
  /** In `home`, the arena's section. `now()` is what is shown: {data, lanes, theme, marks, zoom, eye}. `on` has laid() (the
   * paths may be drawn), and what `Stage` reports to.
   */
  constructor(home, now, on, stage = new Stage(on)) {
    Object.assign(this, { home, now, on, stage })
  }

  get width() {
    return Math.floor(this.home.clientWidth)
  }

  /** From now on fill the room that `room()` gives, {width, height, type, ink}: pixels, and how much larger type and lines are. */
  fill(room) {
    this.room = room
    return this.lay()
  }

  /** Whether the lanes stand beside the picture. */
  get aside() {
    const asked = this.home.dataset.predicts && window.innerHeight < ASKED.low
    return !this.room && this.now().data.layout !== "panels" && this.width >= (asked ? ASKED : ASIDE).from
  }

  /** How the ground is seen. */
  get seen() {
    const { zoom, theme, marks, eye } = this.now()
    const usual = { width: this.width - (this.aside ? ASIDE.width + ASIDE.gap : 0), height: null, type: 1, ink: 1 }
    return { zoom, theme, marks, eye, ...(this.room?.() ?? usual) }
  }

  /** Whether the ground that is drawn is the one that is asked for. */
  get stands() {
    const { data, lanes } = this.now()
    return this.stage.groundKey(data, lanes, this.seen) === this.stage.drawnKey
  }

  /** Show what is asked for: as it stands, or laid anew. */
  async show() {
    this.arrange()
    if (!this.stands) return this.lay()
    this.stage.turn(this.now().eye)
    this.on.laid()
  }

  arrange() {
    this.home.classList.toggle("rv-aside", this.aside)
  }

  /** Draw the ground of every panel. What does not arrive is asked for again, a little later. */
  async lay() {
    this.laidWidth = this.width
    clearTimeout(this.again)
    if (!this.laidWidth) return // not to be seen now; the observer tells when it is
    this.arrange()
    const { data, lanes } = this.now()
    try {
      if (!(await this.stage.lay(data, lanes, this.seen))) return
    } catch (error) {
      this.complain(error)
      return
    }
    this.on.laid()
    this.home.dataset.ready = "true"
  }

  complain(error) {
    console.warn(error)
    this.stage.say(this.now().data.words.broken)
    if (this.home.isConnected) this.again = setTimeout(() => this.lay(), AGAIN)
  }

  /** The room may be another one. */
  resize() {
    if (this.laidWidth !== undefined && this.width !== this.laidWidth) this.lay()
  }

  dispose() {
    clearTimeout(this.again)
    this.stage.dispose()
  }
}
