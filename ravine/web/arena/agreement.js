// Whether the picture is that of the address. A slider that rests runs nothing: its preview stays, and the address follows.
// Where a visitor did something else just before, the preview may have begun from an older race; then the page runs.

const PAUSE = 1500 // milliseconds between two looks; what differs at two of them stays so, unless the server is very busy

export class Agreement {
  /** `now()` has link and parts (the names of what a link holds); `isBusy()`: something is on its way, or in a hand. `repaint()`
   * lets the page run.
   */
  constructor(now, { isBusy, repaint, search = () => location.search }) {
    Object.assign(this, { now, isBusy, repaint, search, seen: null, told: null })
    this.timer = setInterval(() => this.check(), PAUSE)
  }

  check() {
    if (this.isBusy()) return (this.seen = null)
    const differs = this.difference()
    if (!differs) this.told = null
    else if (differs === this.seen && differs !== this.told) {
      this.told = differs // once, until they agree again: the page says what is right
      this.repaint()
    }
    this.seen = differs
  }

  /** What differs, as a text; null when they agree. */
  difference() {
    const { link, parts } = this.now()
    const [ours, said] = [partsOf(link, parts), partsOf(this.search(), parts)]
    return ours === said ? null : `${ours} ${said}`
  }

  dispose() {
    clearInterval(this.timer)
  }
}

/** The race of a link or an address, without what others put into it. Lanes stay in their order. */
export function partsOf(text, names) {
  const known = [...new URLSearchParams(text)].filter(([name]) => names.includes(name))
  const byName = ([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)
  return known.sort(byName).map((part) => part.join("=")).join("&")
}
