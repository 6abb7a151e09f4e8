// The race for a whole room: nothing but title, picture, names and the play bar, large, over the whole screen.

const ONE = { type: 28 / 16, ink: 4 / 2.6 } // how much larger type and lines are than usual
const MANY = { type: 1.3, ink: 1.25 } // on each of several panels

export class Present {
  /** Of the arena's section `home`, with its `ground`. `on` has changed(), qr(), the address of the QR code, and panels(), how many there are. */
  constructor(home, ground, on) {
    Object.assign(this, { home, ground, on })
    this.resized = () => this.ground.fill(() => this.room())
    this.unfilled = () => document.fullscreenElement || this.end()
    this.pressed = (event) => event.key === "Escape" && !event.defaultPrevented && this.end()
  }

  get isOn() {
    return this.home.classList.contains("rv-presents")
  }

  async begin() {
    if (this.isOn) return
    this.home.classList.add("rv-presents")
    await document.documentElement.requestFullscreen?.().catch(() => {}) // then it fills the window
    if (!this.isOn) return // it was left meanwhile
    this.home.popover = "manual"
    this.home.showPopover()
    this.home.focus({ preventScroll: true })
    window.addEventListener("resize", this.resized)
    document.addEventListener("fullscreenchange", this.unfilled)
    document.addEventListener("keydown", this.pressed)
    await this.resized()
    this.on.changed()
  }

  end() {
    if (!this.isOn) return
    this.dispose()
    this.code?.remove()
    this.home.popover = null // which closes it
    this.home.classList.remove("rv-presents")
    this.ground.fill(null)
    this.on.changed()
  }

  /** The page is left, or this is over: nothing is listened to, and the browser has its own frame again. */
  dispose() {
    window.removeEventListener("resize", this.resized)
    document.removeEventListener("fullscreenchange", this.unfilled)
    document.removeEventListener("keydown", this.pressed)
    if (this.isOn && document.fullscreenElement) document.exitFullscreen()
  }

  toggle() {
    return this.isOn ? this.end() : this.begin()
  }

  /** What there is for the picture, once title and bars have theirs. */
  room() {
    const { clientWidth: width, clientHeight: height } = this.home.querySelector(".rv-view")
    return { width, height, ...(this.on.panels() > 1 ? MANY : ONE) }
  }

  /** The QR code of this race in a corner, or away with it. */
  qr(alt) {
    if (this.code?.isConnected) return this.code.remove()
    this.code = Object.assign(new Image(), { src: this.on.qr(), alt, className: "rv-corner" })
    this.home.append(this.code)
  }
}
