// The place of the critical points on the page. The code that shows them is fetched when somebody wants to see them first.

export class Pointing {
  /** `now()` is what is shown: {data, marks}. `on` is what `Points` reports to; `load` fetches its module. */
  constructor(now, on, load = () => import("./points.js")) {
    Object.assign(this, { now, on, load, points: null, place: null })
    this.element = Object.assign(document.createElement("details"), { className: "rv-critical" })
    this.element.appendChild(document.createElement("summary")).addEventListener("click", () => this.list())
    this.spot = Object.assign(document.createElement("div"), { className: "rv-spot" })
    this.spot.setAttribute("aria-live", "polite")
  }

  /** A race from a link, which may name a place near the point that is looked at. */
  open(place) {
    this.place = place
    this.points?.open(place)
    if (place) this.element.open = true
  }

  /** How a link names the point that is looked at. */
  get text() {
    return this.points?.text ?? String(this.place ?? "")
  }

  /** What the picture shows of them, if anything. */
  get drawn() {
    return this.points?.drawn
  }

  choose(point) {
    this.points.choose(point)
  }

  /** The list opens: whoever reads it wants to see where they are. */
  list() {
    if (this.element.open) return // it closes
    this.points?.retry()
    if (this.now().marks.has("critical")) this.show()
    else this.on.mark(true)
  }

  /** The critical points as they are now. */
  async show() {
    const { data, marks } = this.now()
    this.element.firstChild.textContent = data.words.critical
    if (this.points) return this.points.show(data, marks.has("critical"))
    if (this.loading || !(marks.has("critical") || this.place)) return
    this.loading = this.load()
    const { Points } = (await this.loading.catch(() => (this.loading = null))) ?? {}
    if (!Points) return
    this.points = new Points(this.element, this.spot, this.on)
    this.points.open(this.place)
    this.show()
  }
}
