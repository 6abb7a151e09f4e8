// Whether the picture is that of the address. A slider that rests runs nothing: its preview stays, and the address follows.
// Where a visitor did something else just before, the preview may have begun from an older race; then the page runs.

const LATER = 1500 // milliseconds in which the address has followed, unless the server is very busy

export class Agreement {
  /** `now()` has link and parts (the names of what a link holds); `isBusy()`: something is on its way. `repaint()` lets the page run. */
  constructor(now, { isBusy, repaint, search = () => location.search }) {
    Object.assign(this, { now, isBusy, repaint, search, told: null })
  }

  /** Look whether they agree, once there has been time for it. */
  later() {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.check(), LATER)
  }

  check() {
    if (this.isBusy()) return this.later()
    const { link, parts } = this.now()
    const [ours, said] = [partsOf(link, parts), partsOf(this.search(), parts)]
    const told = `${ours} ${said}`
    if (ours === said || told === this.told) return // once is enough: the page has said what is right
    this.told = told
    this.repaint()
  }

  dispose() {
    clearTimeout(this.timer)
  }
}

/** The race of a link or an address, without what others put into it. Lanes stay in their order. */
export function partsOf(text, names) {
  const known = [...new URLSearchParams(text)].filter(([name]) => names.includes(name))
  const byName = ([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)
  return known.sort(byName).map((part) => part.join("=")).join("&")
}
