// Hands on the relief: it is turned with a mouse, a finger or the arrow keys, and zoomed with the wheel, two fingers or
// plus and minus.

const WHEEL = 0.0015 // the logarithm of a zoom, a pixel that the wheel would scroll
const PINCHED = 0.01 // the same of a pad on which two fingers pinch: browsers call it a wheel with the control key
const LINE = 16 // pixels
const PAUSE = 300 // milliseconds without a turn of the wheel, after which another one begins
const KEYS = { ArrowLeft: [-20, 0], ArrowRight: [20, 0], ArrowUp: [0, -20], ArrowDown: [0, 20] } // pixels of a drag
const ZOOMS = { "+": 1 / 1.15, "=": 1 / 1.15, "-": 1.15 }

/** The factor of the distance that a turn of the wheel asks for. */
export function zoomOf({ deltaY, deltaMode, ctrlKey }, height) {
  const pixels = deltaY * [1, LINE, height][deltaMode]
  return Math.exp(Math.max(-150, Math.min(150, pixels)) * (ctrlKey ? PINCHED : WHEEL))
}

export class Turning {
  /** On `home`. `on` has begin(), turn(right, down) in pixels, zoom(factor of the distance), canZoom(factor), whole() and end(). */
  constructor(home, on) {
    Object.assign(this, { home, on, fingers: new Map(), rolled: -PAUSE, scrolled: -PAUSE, zooms: false })
    home.tabIndex = 0
    home.addEventListener("pointerdown", (event) => this.take(event), true)
    home.addEventListener("pointermove", (event) => this.move(event))
    home.addEventListener("lostpointercapture", (event) => this.drop(event))
    home.addEventListener("dblclick", () => this.on.whole())
    home.addEventListener("keydown", (event) => this.key(event))
    home.addEventListener("wheel", (event) => this.roll(event), { capture: true, passive: false })
    this.hears = (event) => (this.scrolled = event.timeStamp)
    window.addEventListener("scroll", this.hears, { capture: true, passive: true })
  }

  take(event) {
    if (event.pointerType === "mouse" && event.button !== 0) return
    this.on.begin()
    this.fingers.set(event.pointerId, event)
    this.pinched = this.fingers.size > 1
    this.home.setPointerCapture(event.pointerId)
  }

  /** One finger turns, two zoom; what is left of two fingers does neither. */
  move(event) {
    const before = this.fingers.get(event.pointerId)
    if (!before) return
    const apart = this.apart
    this.fingers.set(event.pointerId, event)
    if (this.fingers.size === 2 && apart && this.apart) this.on.zoom(apart / this.apart)
    else if (!this.pinched) this.on.turn(event.clientX - before.clientX, event.clientY - before.clientY)
  }

  /** Pixels between two fingers. */
  get apart() {
    const [a, b] = this.fingers.values()
    return b ? Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) : 0
  }

  drop(event) {
    if (this.fingers.delete(event.pointerId) && !this.fingers.size) this.on.end()
  }

  /** Zoom, or let the page scroll: one turn of the wheel does one of them, from its first event to its last. A page that
   * scrolls goes on when the relief comes below the pointer, and where there is nothing more to zoom the next turn scrolls.
   */
  roll(event) {
    event.stopPropagation() // Plotly keeps the wheel from the page even where it does nothing with it
    const factor = zoomOf(event, this.home.clientHeight)
    const begins = event.timeStamp - this.rolled > PAUSE
    this.rolled = event.timeStamp
    if (begins) this.zooms = event.timeStamp - this.scrolled > PAUSE && this.on.canZoom(factor)
    if (!this.zooms && !event.ctrlKey) return
    event.preventDefault()
    this.on.begin()
    this.on.zoom(factor)
    this.on.end()
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const [way, factor] = [KEYS[event.key], ZOOMS[event.key]]
    if (!way && !factor) return
    event.preventDefault() // the keys of the race do not hear of it
    event.stopPropagation()
    this.on.begin()
    if (way) this.on.turn(...way)
    else this.on.zoom(factor)
    this.on.end()
  }

  dispose() {
    window.removeEventListener("scroll", this.hears, { capture: true })
  }
}
