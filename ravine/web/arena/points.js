// The critical points of the ground: which there are, and which one is looked at. They are fetched when somebody wants to
// see them, and so is the code that shows them.

import { loadFigure, loadStyle } from "../shared/fetching.js"
import { checkbox } from "../shared/menu.js"
import { fill, rounded } from "../shared/numbers.js"

export class Points {
  /** In `element`, a <details>, with `spot` for the card of a point that was chosen on the picture.
   *
   * `on` has changed() (draw it), told() (the choice belongs into the link), isSeen() and reveal() of the picture, mark(on) and turn(key, text).
   */
  constructor(element, spot, on) {
    Object.assign(this, { element, spot, on, found: null, ground: null, meant: null, chosen: null, text: "", marked: false, listed: false })
    this.body = element.appendChild(document.createElement("div"))
  }

  /** A race from a link, which may name a place near the point that is looked at. */
  open(place) {
    this.text = place ? String(place) : ""
    this.meant = place && { x: place[0], y: place[1], kind: null }
    this.chosen = null
    this.listed = false
  }

  /** The ground of `data`, and whether its critical points are marked on the picture. */
  show(data, marked) {
    Object.assign(this, { data, marked })
    if (data.words.saddle) this.words = data.words // they come when points are seen, and stay
    if (this.stands && this.meant?.kind === null) this.follow() // a link that was opened on the same ground
    this.need()
    this.lay()
  }

  /** What was not to be had is asked for again. */
  retry() {
    if (!this.found) this.ground = null
  }

  /** Fetch what belongs to the ground, one at a time, when it is to be seen. */
  async need() {
    const { ground, urls } = this.data
    if (!(this.element.open || this.marked || this.meant) || this.asking || this.ground === ground) return
    this.asking = true
    try {
      const asked = [loadFigure(`${urls.critical}?${ground}&size=full`), import("./critical.js"), import("./pointlist.js"), loadStyle(urls.critical_css)]
      const [found, critical, { PointList }] = await Promise.all(asked)
      this.list ??= new PointList(this.doing())
      this.critical = critical
      this.found = found
      this.failed = null
    } catch (error) {
      console.warn(error)
      Object.assign(this, { found: null, failed: error.message })
    }
    this.asking = false
    this.ground = ground
    if (this.data.ground !== ground) return this.need()
    if (this.found) this.follow()
    this.lay()
    this.on.changed()
  }

  /** Whether what was fetched belongs to what is drawn. */
  get stands() {
    return Boolean(this.found) && this.ground === this.data.ground
  }

  /** Stay with the point that is meant: on another ground it is the nearest of its kind, or none. */
  follow() {
    const { meant } = this
    this.chosen = meant && this.critical.nearest(this.found.points, [meant.x, meant.y], meant.kind)
    if (meant?.kind) this.text = this.textOf(this.chosen)
    if (this.chosen) this.meant = this.chosen
  }

  /** Look at a point, or at none; `listed`: it was chosen in the list, where its card then is, if the picture is seen too. */
  choose(point, listed = false) {
    const same = point === this.chosen
    this.chosen = this.meant = same ? null : point
    this.text = this.textOf(this.chosen)
    this.listed = listed && this.on.isSeen()
    this.lay()
    this.on.changed()
    this.on.told()
    if (this.chosen) this.on.reveal()
  }

  /** How a link names a point. */
  textOf(point) {
    if (!point) return ""
    const [left, right, bottom, top] = this.data.view
    return String([rounded(point.x, (right - left) / 100), rounded(point.y, (top - bottom) / 100)])
  }

  doing() {
    return {
      choose: (point) => this.choose(point, true),
      forget: () => this.choose(this.chosen, this.listed),
      start: (place) => this.on.turn("start", String(place)),
      rate: (text) => this.on.turn("shared--lr", text),
    }
  }

  /** What the picture shows of them, or null. */
  get drawn() {
    if (!this.stands || !(this.marked || this.chosen)) return null
    const key = [this.found, this.chosen, this.marked]
    if (!this.key?.every((part, i) => part === key[i])) {
      this.key = key
      this.marks = new this.critical.Marks(this.found.points, this.chosen, this.marked)
    }
    return this.marks
  }

  /** Fill the list, and the card of the one that is looked at. */
  lay() {
    const { found, list, words } = this
    this.element.setAttribute("aria-busy", String(!this.stands))
    if (!words) return
    if (!found) return this.body.replaceChildren(this.failed ? fill(words.failed, { why: this.failed }) : words.searching)
    this.switch()
    const data = { ...this.data, words }
    list.show(found, data)
    if (!list.element.isConnected) this.body.replaceChildren(this.marking, list.element)
    list.tell(this.chosen, data)
    const home = this.listed ? list.element : this.spot
    if (list.card.parentElement !== home) home.append(list.card)
  }

  /** The box that switches the marks, as they are. */
  switch() {
    this.marking ??= checkbox(" ", this.marked, (on) => this.on.mark(on))
    Object.assign(this.marking.querySelector("input"), { checked: this.marked, disabled: this.data.layout === "3d" })
    this.marking.lastChild.textContent = this.words.mark
  }
}
