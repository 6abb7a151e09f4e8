// The arena: stage, play bar, live knob, lanes and curves of one race. Streamlit calls `render` at the first mount and
// after every run of the page, and `deliver` after a run of one slider.
//
// Here is what is shown, and what happens when that changes. Each organ knows its own part, gets what it needs (`now` is
// what is shown) and reports: the ground, the camera, time (scrub), the live knob, the critical points, charts, the look.

import { Agreement } from "./agreement.js"
import { Bar } from "./bar.js"
import { furnish } from "./body.js"
import { Camera } from "./camera.js"
import { Charts } from "./charts.js"
import { Company } from "./company.js"
import { Dial } from "./dial.js"
import { Door } from "./door.js"
import { fetchRace, loadStyle } from "../shared/fetching.js"
import { pointAt } from "./geometry.js"
import { Ground } from "./ground.js"
import { Heading } from "./heading.js"
import { dialling, gestures, pointed, tools } from "./hands.js"
import { Inbox } from "./inbox.js"
import { Keys } from "./keys.js"
import { Knob } from "./knob.js"
import { Lanes } from "./lanes.js"
import { Live } from "./live.js"
import { Look } from "./look.js"
import { Menu } from "../shared/menu.js"
import { short } from "../shared/numbers.js"
import { Outbox } from "./outbox.js"
import { Pointing } from "./pointing.js"
import { Remark } from "./remark.js"
import { Scrub } from "./scrub.js"
import { Switches } from "./switches.js"
import { lanesOf } from "../shared/table.js"
import { themeOf } from "../shared/theme.js"
import { Toolbar } from "./toolbar.js"

const LOOK = 240 // pixels of the picture that show what is new
const NEW = { opened: null, at: null, zoom: null, eye: null, point: null } // another race: it is seen from its end, whole

const arenas = new WeakMap()
let shown = null // the arena on the page

export function render({ parentElement, data, setTriggerValue }) {
  if (!arenas.has(parentElement)) arenas.set(parentElement, new Arena(parentElement))
  shown = arenas.get(parentElement)
  shown.trigger = setTriggerValue
  return shown.inbox.answered(data)
}

/** New data for the arena on the page, from a control that ran alone. */
export function deliver(component) {
  return shown?.inbox.receive(component.data)
}

export function dispose(parentElement) {
  const arena = arenas.get(parentElement)
  arena?.dispose()
  arenas.delete(parentElement)
  if (shown === arena) shown = null
}

class Arena {
  constructor(parent) {
    this.element = Object.assign(document.createElement("section"), { className: "rv-arena", tabIndex: -1 })
    parent.append(this.element)
    this.still = matchMedia("(prefers-reduced-motion: reduce)")
    this.company = new Company(this)
    this.send = (kind, value) => this.company.isLed || this.outbox.put(kind, value)
    const now = () => this.scene
    this.talk()
    this.watch(now)
    this.equip(now)
    furnish(this.element, this)
    this.observer = new ResizeObserver(() => this.ground.resize())
    this.observer.observe(parent)
  }

  /** The organs that talk with the server. */
  talk() {
    const ask = (turn) => fetchRace(`${this.data.urls.race}&${this.data.link}`, turn)
    this.outbox = new Outbox((kind, value) => this.trigger(kind, value))
    const repaint = () => this.send("repaint", this.data.stamp)
    const isBusy = () => !this.data || this.previewed || this.live.isBusy || Boolean(this.outbox.away) || this.company.isLed
    this.agreement = new Agreement(() => this.data, { isBusy, repaint })
    const settle = (came) => (came ? this.inbox.settled() : repaint())
    this.live = new Live(ask, (data, turn) => this.update(turn?.[0] === "function" ? { ...data, ...NEW } : data), settle)
    this.inbox = new Inbox(this.live, this.outbox, { current: () => this.data, update: (data) => this.update(data) })
    this.on = { draw: () => this.draw(), settle: (soon) => this.look.settle(soon), isShown: () => this.element.isConnected }
    const [read, send] = [() => this.looks(), (look) => this.send("look", look)]
    this.look = new Look({ ...this.on, read, send, isPlaying: () => this.clock.playing })
  }

  /** The organs that say what is seen of the race. */
  watch(now) {
    const { on, send } = this
    this.camera = new Camera(() => (this.ground.lay(), on.settle()))
    this.scrub = new Scrub(on)
    this.clock = this.scrub.clock
    this.switches = new Switches((mark, turned) => this.switched(mark, turned))
    const release = (turn) => ((this.element.dataset.scrubbing = ""), this.commit(turn))
    this.knob = new Knob(now, { ...on, ask: (turn) => this.live.turn(turn), commit: release })
    const pointing = { ...on, isPreview: () => this.previewed, isSeen: () => this.isSeen, reveal: () => this.reveal(), commit: (turn) => this.commit(turn) }
    this.pointing = new Pointing(now, pointed(this, pointing))
    this.remark = new Remark(now, { ...on, undo: (start) => this.commit(["start", String(start)]) })
    this.started = () => this.begun
    const picks = gestures(this, send)
    const picked = (at) => (this.predicts?.asks ? this.predicts.pick(at) : picks.picked(at))
    this.ground = new Ground(this.element, now, { ...picks, picked, laid: () => this.deal() })
  }

  /** The organs that the visitor holds. */
  equip(now) {
    this.menu = new Menu(this.element)
    this.heading = new Heading()
    const open = (...menu) => this.menu.open(...menu)
    const show = (anchor) => open(anchor, this.data.words.show, this.switches.boxes())
    const relief = () => (this.data.layout === "3d" ? this.ground.stage.relief : null)
    const racers = { places: () => this.places(this.lanes), paths: () => this.visible, relief }
    const above = { ...racers, show, arrange: (layout) => this.arrange(layout), take: (anchor) => this.takeAway(anchor), present: () => this.onScreen("toggle"), help: () => (this.predicts?.close(), this.door.open()) }
    this.toolbar = new Toolbar(tools(this, above))
    this.bar = new Bar({ ...this.scrub.controls(), predict: () => this.predict() })
    this.dial = new Dial(dialling(this, { assign: (key) => this.assign(key) }))
    this.list = new Lanes((...edit) => this.edit(...edit), this.menu)
    const drawn = (link) => (this.element.dataset.curves = link)
    this.charts = new Charts(now, { ...this.on, open, drawn, seek: (step) => this.scrub.seek(step) })
    const isBusy = () => this.menu.isOpen || !this.data || this.predicts?.asks
    this.door = new Door(now, { ...this.on, begin: () => this.scrub.restart(this.still.matches) })
    this.keys = new Keys(this.element, { isBusy, press: (name) => this.press(name), hide: (lane) => this.hide(this.lanes[lane]) })
  }

  /** What is shown. */
  get scene() {
    const { data, lanes, theme, clock, camera, ground, switches } = this
    const { stage, width } = ground
    return { data, lanes, theme, clock, zoom: camera.zoom, eye: camera.eye, marks: switches.on, width, panels: stage.panels, picture: stage.element }
  }

  /** How the race is looked at, as parts of its link. */
  looks() {
    const { zoom, eye } = this.camera
    return { ...this.data, at: this.scrub.at, zoom, eye, point: this.pointing.text }
  }

  /** Draw what is new: paths at once, the ground when it changed, curves when there is time. */
  async update(fresh) {
    const data = this.meet(this.company.over(fresh))
    if (!this.styled) await Promise.all([loadStyle(data.urls.css), loadStyle(data.urls.menu)])
    this.styled = true
    if (this.data !== data) return
    await this.ground.show()
    this.door.welcome(data.bare && !data.embedded)
    if (this.plays) this.scrub.restart(this.still.matches)
    this.plays = false
    if (fresh.repaint) this.repaint(fresh.stamp)
    this.charts.later()
    if (this.switches.on.has("fan")) this.knob.needLater()
    this.company.meet()
  }

  /** Hand what is new to the organs. */
  meet(fresh) {
    this.knob.meet(fresh.dial)
    const data = (this.data = { ...this.data, ...fresh })
    if (Object.keys(fresh).length) this.previewed = !("stamp" in fresh) // the server has not been told of a preview
    if ("stamp" in fresh) this.begun = data.start // where the race starts, and not where a hand that drags the start is
    this.theme = themeOf(this.element)
    this.lanes = lanesOf(data)
    this.camera.view = data.view
    this.switches.show(data)
    this.live.know(data.sliders)
    this.clock.resize(data.steps)
    const another = data.opened !== this.opened || data.revealed !== this.revealed
    if (data.opened !== this.opened) this.open(data)
    if (another && this.revealed !== undefined) this.reveal()
    this.revealed = data.revealed
    for (const organ of [this.toolbar, this.bar, this.dial]) organ.name(data.words)
    this.bar.predict.hidden = Boolean(data.embedded)
    this.heading.show(data)
    this.dial.show(data.dial)
    this.pointing.show()
    this.element.setAttribute("aria-label", data.words.picture)
    this.element.setAttribute("aria-description", data.words.keys)
    this.predicts?.meet(data)
    return data
  }

  /** A race from a link: it says where to stand and what to look at. */
  open(data) {
    this.opened = data.opened
    this.scrub.open(data.at)
    this.plays = data.plays
    this.camera.open(data)
    this.pointing.open(data.point)
    this.look.open()
  }

  /** Whether enough of the picture is in view to see what is new. */
  get isSeen() {
    const { top, bottom } = this.ground.stage.element.getBoundingClientRect()
    return bottom >= LOOK && Math.min(bottom, top + LOOK) <= innerHeight
  }

  /** Bring the picture into view, with the title above it where there is room for both. */
  reveal() {
    if (this.isSeen) return
    const behavior = this.still.matches ? "auto" : "smooth"
    const page = this.element.closest("[data-testid=stMain]")
    const { top } = this.ground.stage.element.getBoundingClientRect()
    if (page && page.scrollTop + top + LOOK <= innerHeight) page.scrollTo({ top: 0, behavior })
    else this.element.scrollIntoView({ block: "start", behavior })
  }

  /** The race is painted: now the rest of the page may follow, once. */
  repaint(stamp) {
    if (stamp !== this.repainted) this.send("repaint", stamp)
    this.repainted = stamp
  }

  /** Hand the lanes to the panels and draw them. */
  deal() {
    const { data, lanes, theme } = this
    const { stage } = this.ground
    stage.deal(data, lanes, this.predicts?.described)
    this.predicts?.place()
    this.list.show(lanes, { words: data.words, rules: data.rules, whose: data.whose, theme, place: (lane) => stage.captionOf(data, lane) })
    this.knob.read()
    this.draw()
    this.door.place()
    this.charts.later()
  }

  draw() {
    const { data, clock, knob, camera } = this
    const position = this.still.matches ? clock.step : clock.position // who wants less motion sees whole steps
    const asks = this.predicts?.asks
    const [marks, fan] = [knob.marks(this.switches.on), knob.paths(this.switches.on)]
    const seen = asks ? { marks: new Set() } : { marks, fan, critical: this.pointing.drawn, pointed: this.remark.hovered, names: this.names }
    this.ground.stage.draw({ position, theme: this.theme, guess: this.predicts?.drawn, ...seen })
    this.list.tell(this.lanes.map((lane) => short(lane.curves[data.curves[0]][clock.step])))
    this.bar.show(clock, this.door.isOpen)
    const lost = !asks && data.layout !== "3d" && camera.loses(this.visible)
    this.toolbar.show({ layout: data.layout, zoomed: camera.isMoved(data.layout), lost })
    this.charts.point(position, clock.steps)
    this.remark.show()
    this.company.drawn()
    this.predicts?.tick()
    Object.assign(this.element.dataset, { drawn: data.link, step: clock.step, scrubbing: knob.shows, fan: Boolean(knob.fits) })
  }

  get visible() {
    return this.lanes.filter((lane) => !lane.hidden)
  }

  /** Where these racers are. */
  places(lanes) {
    return lanes.map((lane) => pointAt(lane, this.clock.position))
  }

  /** What a slider shows becomes the race: newer than what it previewed. */
  commit(turn) {
    this.live.drop()
    this.send("turn", turn)
  }

  /** Another knob is the live one. */
  assign(key) {
    this.data.dial = { ...this.data.dial, key }
    this.look.settle(0)
  }

  /** Another layout of the same race. */
  arrange(layout) {
    this.ground.stage.swings = layout === "3d" && this.data.layout !== "3d" && !this.still.matches
    this.data.layout = layout
    this.ground.lay()
    this.look.settle(0)
  }

  /** A mark was switched: at once where the browser has what it needs, and in the link. */
  switched(mark, on) {
    if (mark === "fan" && on) this.knob.need()
    if (mark === "critical") this.pointing.show()
    if (this.ground.stands) this.draw()
    else this.ground.lay()
    this.look.settle(0)
  }

  hide(lane) {
    if (lane) this.edit("hide", lane.id, !lane.hidden)
  }

  /** Ask for a change of a lane. Hiding is done here at once. */
  edit(what, id, value) {
    if (this.company.isLed) return
    this.send("edit", [what, id, value ?? null])
    if (what !== "hide") return
    this.data.lanes = this.data.lanes.map((lane) => (lane.id === id ? { ...lane, hidden: value } : lane))
    for (const lane of this.lanes) if (lane.id === id) lane.hidden = value
    this.ground.lay()
  }

  /** What a key asks for. */
  press(name) {
    if (name in this.scrub) this.company.isLed || this.scrub[name]()
    else this.onScreen(name)
  }

  /** Over the whole screen, for a whole room: `toggle` that, or its QR code. */
  async onScreen(name) {
    if (name === "qr" && !this.presents?.isOn) return
    this.predicts?.close()
    const { Present } = await import("./present.js")
    const changed = () => {
      this.names = this.presents.isOn && this.data.layout !== "panels" ? new Map() : null
      this.draw()
    }
    const qr = () => `${this.data.urls.qr}?text=${encodeURIComponent(location.href)}`
    this.presents ??= new Present(this.element, this.ground, { changed, qr, panels: () => this.ground.stage.deals(this.data, this.lanes).length })
    if (name !== "qr") await this.presents.toggle()
    else if (this.presents.isOn) this.presents.qr(this.data.words.qr) // it may have been left meanwhile
  }

  /** A question about the race, before it is seen. */
  async predict() {
    const { scrub, ground } = this
    const isFree = () => this.element.isConnected && !this.company.isLed
    const unreached = () => isFree() && this.remark.say(this.data.words.unreached)
    const { Predict } = (await import("./predict.js").catch(unreached)) || {}
    if (!Predict || !isFree()) return
    const flatten = () => this.data.layout === "3d" && (this.arrange("overlay"), true)
    const raise = () => this.arrange("3d")
    const play = () => (this.still.matches ? scrub.last() : scrub.restart(false))
    const seen = { show: () => ground.show(), draw: () => this.draw(), flatten, raise, isFree, seek: (step) => scrub.seek(step), stand: (step) => scrub.jump(step), play }
    this.predicts ??= new Predict(this.element, () => this.scene, { ...seen, isBusy: () => this.menu.isOpen, leave: () => this.bar.predict.focus({ preventScroll: true }) })
    await this.predicts.open().catch(unreached)
  }

  async takeAway(anchor) {
    const { Takeaway } = await import("./takeaway.js")
    this.takeaway ??= new Takeaway(() => this.scene, this.menu)
    this.takeaway.open(anchor)
  }

  dispose() {
    this.observer.disconnect()
    const { outbox, live, agreement, look, scrub, knob, ground, dial, menu, keys, charts, door, remark, company } = this
    for (const organ of [outbox, live, agreement, look, scrub, knob, ground, dial, menu, keys, charts, door, remark, company, this.presents, this.predicts]) organ?.dispose()
    this.element.remove()
  }
}
