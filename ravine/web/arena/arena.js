// The arena: stage, play bar, live knob, lanes and curves of one race. Streamlit calls `render` at the first mount and
// after every run of the page, and `deliver` after a run of one slider.

import { Bar } from "./bar.js"
import { Curves } from "./curves.js"
import { Dial } from "./dial.js"
import { neighbours } from "../shared/fan.js"
import { fetchFan, fetchRace, loadFigure, loadPlotly, loadStyle } from "../shared/fetching.js"
import { around, inside, isWindow, middle, pointAt, scaled, within } from "./geometry.js"
import { action, holds } from "./keys.js"
import { Lanes } from "./lanes.js"
import { Live } from "./live.js"
import { lookOf } from "./look.js"
import { Menu, button, checkbox } from "./menu.js"
import { rounded, short } from "../shared/numbers.js"
import { Outbox } from "./outbox.js"
import { Playback } from "./playback.js"
import { results } from "./results.js"
import { Stage } from "./stage.js"
import { lanesOf } from "../shared/table.js"
import { themeOf } from "../shared/theme.js"
import { Toolbar } from "./toolbar.js"

const ASIDE = { from: 860, width: 300, gap: 18 } // pixels: the lanes stand beside the picture when there is room
const ARROWS = new Set(["gradient", "velocity", "step"])
const FAN_REST = 300 // milliseconds without news, after which the fan of what is shown is asked for
const AGAIN = 2000 // milliseconds until what did not arrive is asked for again
const REST = 140 // milliseconds without a move of the live knob, after which its numbers are asked for

const NEW = { opened: null, at: null, zoom: null, eye: null, point: null } // another race: it is seen from its end, whole

const arenas = new WeakMap()
let shown = null // the arena on the page

export function render(component) {
  let arena = arenas.get(component.parentElement)
  if (!arena) arenas.set(component.parentElement, (arena = new Arena(component.parentElement)))
  shown = arena
  arena.trigger = component.setTriggerValue
  if (arena.data && component.data.stamp !== arena.stamp) arena.outbox.answered()
  arena.stamp = component.data.stamp
  return arena.receive(component.data)
}

/** New data for the arena on the page, from a control that ran alone. */
export function deliver(component) {
  return shown?.receive(component.data)
}

export function dispose(parentElement) {
  const arena = arenas.get(parentElement)
  arena?.dispose()
  arenas.delete(parentElement)
  if (shown === arena) shown = null
}

class Arena {
  constructor(parent) {
    this.clock = new Playback()
    this.live = new Live(
      (turn) => fetchRace(`${this.data.urls.race}&${this.data.link}`, turn),
      (data, turn) => this.update(turn?.[0] === "function" ? { ...data, ...NEW } : data),
    )
    this.outbox = new Outbox((kind, value) => this.trigger(kind, value))
    this.zoom = this.eye = this.scrubbed = null
    this.marks = new Set()
    this.still = matchMedia("(prefers-reduced-motion: reduce)")
    this.build(parent)
    this.observer = new ResizeObserver(() => this.laidWidth !== undefined && this.width() !== this.laidWidth && this.lay())
    this.observer.observe(parent)
    this.onKey = (event) => this.key(event)
    document.addEventListener("keydown", this.onKey)
  }

  build(parent) {
    this.element = parent.appendChild(document.createElement("section"))
    this.element.className = "rv-arena"
    this.element.tabIndex = -1
    this.menu = new Menu(this.element)
    this.stage = new Stage(this.gestures())
    this.toolbar = new Toolbar(this.controls())
    this.bar = new Bar(this.controls())
    this.dial = new Dial(this.turning())
    this.lanesList = new Lanes((...edit) => this.edit(...edit), this.menu)
    const part = (name, ...children) => {
      const made = document.createElement("div")
      made.className = name
      made.append(...children)
      return made
    }
    this.picker = button("", () => this.pickCurves(), { className: "rv-pick" })
    this.picker.setAttribute("aria-haspopup", "dialog")
    this.below = part("rv-below")
    this.tools = part("rv-tools", this.bar.element, this.dial.element)
    const picture = part("rv-picture", this.toolbar.element, this.stage.element, this.tools)
    this.spot = part("rv-spot")
    this.spot.setAttribute("aria-live", "polite")
    this.critical = Object.assign(document.createElement("details"), { className: "rv-critical" })
    this.critical.appendChild(document.createElement("summary")).addEventListener("click", () => this.listPoints())
    this.element.append(part("rv-main", picture, part("rv-side", this.spot, this.lanesList.element)))
    this.element.append(part("rv-head", this.picker), this.below, this.critical)
  }

  send(kind, value) {
    this.outbox.put(kind, value)
  }

  /** Ask for a change of a lane. Hiding is done here at once. */
  edit(what, id, value) {
    this.send("edit", [what, id, value ?? null])
    if (what !== "hide") return
    this.data.lanes = this.data.lanes.map((lane) => (lane.id === id ? { ...lane, hidden: value } : lane))
    for (const lane of this.lanes) if (lane.id === id) lane.hidden = value
    this.lay()
  }

  width() {
    return Math.floor(this.element.clientWidth)
  }

  /** Whether the lanes stand beside the picture, and how wide the picture then is. */
  get aside() {
    return this.data.layout !== "panels" && this.width() >= ASIDE.from
  }

  get stageWidth() {
    return this.width() - (this.aside ? ASIDE.width + ASIDE.gap : 0)
  }

  /** New data from a run of the page or of a slider. While a slider moves, what it previews is newer. */
  async receive(data) {
    const last = this.live.held ?? this.data
    if (last?.visit === data.visit && last.stamp > data.stamp) return this.update({}) // an older one, with a new theme
    if (this.live.isNewer(data.link)) return this.live.hold(data)
    return this.update(this.live.release(data))
  }

  /** Draw what is new: paths at once, the ground when it changed, curves when there is time. */
  async update(fresh) {
    if (fresh.dial && fresh.dial.key !== this.data?.dial.key) this.scrubbed = null
    const data = (this.data = { ...this.data, ...fresh })
    if (Object.keys(fresh).length) this.previewed = !("stamp" in fresh) // the server has not been told of a preview
    this.theme = themeOf(this.element)
    this.lanes = lanesOf(data)
    this.marks = new Set(data.marks)
    this.clock.resize(data.steps)
    if (data.opened !== this.opened) this.open(data)
    this.toolbar.name(data.words)
    this.bar.name(data.words)
    this.dial.name(data.words)
    this.dial.show(data.dial)
    this.showPoints()
    this.element.setAttribute("aria-label", data.words.picture)
    this.element.setAttribute("aria-description", data.words.keys)
    if (!this.styled) await loadStyle(data.urls.css)
    this.styled = true
    if (this.data !== data) return
    this.element.classList.toggle("rv-aside", this.aside)
    if (this.stands()) {
      this.stage.turn(this.eye)
      this.deal()
    } else await this.lay()
    if (fresh.repaint) this.repaint(fresh.stamp)
    this.laterCurves()
    if (!this.marks.has("fan")) return
    clearTimeout(this.fanning)
    this.fanning = setTimeout(() => this.needFan(), FAN_REST)
  }

  /** The race is painted: now the rest of the page may follow, once. */
  repaint(stamp) {
    if (stamp !== this.repainted) this.send("repaint", stamp)
    this.repainted = stamp
  }

  /** A race from a link: it says where to stand and what to look at. */
  open(data) {
    this.opened = data.opened
    this.clock.playing = false
    this.clock.position = data.at ?? data.steps
    this.zoom = data.zoom
    this.eye = data.eye
    this.place = data.point
    this.points?.open(data.point)
    if (data.point) this.critical.open = true
    clearTimeout(this.telling)
    this.told = JSON.stringify(this.look())
  }

  /** How the ground is seen. */
  seen() {
    return { zoom: this.zoom, theme: this.theme, width: this.stageWidth, marks: this.marks, eye: this.eye }
  }

  /** Whether the ground that is drawn is the one that is asked for. */
  stands() {
    return this.stage.groundKey(this.data, this.lanes, this.seen()) === this.stage.drawnKey
  }

  /** Draw the ground of every panel, and then the paths. What does not arrive is asked for again, a little later. */
  async lay() {
    this.laidWidth = this.width()
    clearTimeout(this.again)
    if (!this.laidWidth) return // not to be seen now; the observer tells when it is
    this.element.classList.toggle("rv-aside", this.aside)
    try {
      if (!(await this.stage.lay(this.data, this.lanes, this.seen()))) return
    } catch (error) {
      console.warn(error)
      this.stage.say(this.data.words.broken)
      if (this.element.isConnected) this.again = setTimeout(() => this.lay(), AGAIN)
      return
    }
    this.deal()
    this.element.dataset.ready = "true"
    this.laterCurves()
  }

  /** Hand the lanes to the panels and draw them. */
  deal() {
    this.stage.deal(this.data, this.lanes)
    const { words, rules } = this.data
    const place = (lane) => this.stage.captionOf(this.data, lane)
    this.lanesList.show(this.lanes, { words, rules, theme: this.theme, place })
    if (this.scrubbed !== null && this.fan) this.readFan()
    this.draw()
  }

  draw() {
    const { step, steps } = this.clock
    const position = this.still.matches ? step : this.clock.position // who wants less motion sees whole steps
    this.stage.draw({ position, theme: this.theme, marks: this.drawnMarks(), fan: this.fanPaths(), critical: this.points?.drawn })
    this.lanesList.tell(this.lanes.map((lane) => short(lane.curves[this.data.curves[0]][step])))
    this.bar.show(this.clock)
    const { layout } = this.data
    this.toolbar.show({ layout, zoomed: layout === "3d" ? this.eye !== null : this.zoom !== null, lost: this.lost() })
    this.curves?.point(position, steps)
    this.element.dataset.drawn = this.data.link
    this.element.dataset.step = step
    this.element.dataset.scrubbing = this.scrubbed === null ? "" : this.data.dial.stops[this.scrubbed]
  }

  /** Arrows are those of the race as it was told last: while the live knob is scrubbed there are none. */
  drawnMarks() {
    if (this.scrubbed === null || this.scrubbed === this.data.dial.at) return this.marks
    return new Set([...this.marks].filter((mark) => !ARROWS.has(mark)))
  }

  /** Whether somebody is out of the picture. */
  lost() {
    if (this.data.layout === "3d") return false
    const points = this.lanes.filter((lane) => !lane.hidden).map((lane) => pointAt(lane, this.clock.position))
    return points.some((point) => point === null || !inside(point, this.box))
  }

  laterCurves() {
    clearTimeout(this.waiting)
    this.waiting = setTimeout(() => this.drawCurves(), 60)
  }

  async drawCurves() {
    if (!this.element.isConnected) return
    const { data, theme } = this
    const charts = data.charts.filter((name) => data.curves.includes(name)) // one just asked for has no numbers yet
    if (data.turning) charts.push(data.curves[0] === "gap" ? "turning" : "turning-height")
    const url = `${data.urls.curves}?names=${charts.join(",")}&mode=${theme.mode}&${data.ground}`
    const [Plotly, frames] = await Promise.all([loadPlotly(data.urls.plotly), loadFigure(url)])
    if (this.data !== data || !this.element.isConnected) return // what came meanwhile draws its own
    this.curves ??= new Curves(Plotly, this.controls())
    if (!this.curves.element.isConnected) this.below.before(this.curves.element)
    this.picker.textContent = data.words.curves
    const lanes = this.lanes.map((lane, i) => ({ ...lane, turning: data.turning?.final[i] }))
    await this.curves.lay(frames, lanes.filter((lane) => !lane.hidden), data, theme, this.width())
    this.curves.point(this.clock.position, this.clock.steps)
    this.below.replaceChildren(results(this.lanes, { ...data.words, arrived: data.arrived }, theme.mode))
    this.element.dataset.curves = data.link
  }

  controls() {
    const seek = (step) => {
      this.clock.seek(step)
      this.draw()
    }
    return {
      toggle: () => (this.clock.playing ? this.stop() : this.start()),
      back: () => (seek(this.clock.step - (this.clock.position > this.clock.step ? 0 : 1)), this.settle()),
      forward: () => (seek(this.clock.step + 1), this.settle()),
      first: () => (seek(0), this.settle()),
      last: () => (seek(this.clock.steps), this.settle()),
      seek,
      settle: () => this.settle(),
      speed: (factor) => (this.clock.speed = factor),
      closer: () => this.lookAt(scaled(this.box, 0.5, middle(this.present(), this.box))),
      wider: () => this.lookAt(scaled(this.box, 2)),
      whole: () => this.lookAt(null),
      follow: () => this.follow(),
      layout: (name) => this.arrange(name),
      show: (anchor) => this.menu.open(anchor, this.data.words.show, this.marksMenu()),
      take: (anchor) => this.takeAway(anchor),
    }
  }

  /** Another layout of the same race. */
  arrange(layout) {
    this.data.layout = layout
    this.lay()
    this.settle(0)
  }

  async takeAway(anchor) {
    const { Takeaway } = await import("./takeaway.js")
    this.takeaway ??= new Takeaway(this)
    this.takeaway.open(anchor)
  }

  follow() {
    const box = around(this.lanes.filter((lane) => !lane.hidden), this.box)
    if (box !== this.box) this.lookAt(box)
  }

  /** What the visitor does on the picture itself. */
  gestures() {
    const place = ([x, y]) => {
      const [left, right, bottom, top] = this.box
      return within([rounded(x, right - left), rounded(y, top - bottom)], this.data.view)
    }
    return {
      zoomed: (box) => this.lookAt(box),
      chose: (point) => this.points.choose(point),
      picked: (at) => inside(at, this.data.view) && this.send("turn", ["start", String(place(at))]),
      dragged: (at) => {
        this.live.turn(["start", String(place(at))])
        return place(at)
      },
      dropped: (at) => this.send("turn", ["start", String(place(at))]),
      turned: (eye) => {
        this.eye = [eye.x, eye.y, eye.z].map((v) => Number(v.toFixed(3)))
        this.stage.panels[0].turnedTo = String(this.eye)
        this.settle()
      },
    }
  }

  /** What the visitor does with the live knob. */
  turning() {
    return {
      near: () => this.needFan(),
      scrub: (stop) => this.scrub(stop),
      commit: (stop) => this.commit(stop),
      assign: (key) => {
        this.data.dial = { ...this.data.dial, key }
        this.settle(0)
      },
      settings: () => document.querySelector('[data-testid="stExpandSidebarButton"]')?.click(),
    }
  }

  /** The list of critical points opens: whoever reads it wants to see where they are. */
  listPoints() {
    if (this.critical.open) return // it closes
    this.points?.retry()
    if (this.marks.has("critical")) this.showPoints()
    else this.turnMark("critical", true)
  }

  /** The critical points as they are now; their code is fetched when somebody wants to see them first. */
  async showPoints() {
    const { data, marks } = this
    this.critical.firstChild.textContent = data.words.critical
    if (this.points) return this.points.show(data, marks.has("critical"))
    if (this.loading || !(marks.has("critical") || this.place)) return
    this.loading = import("./points.js")
    const { Points } = await this.loading.catch(() => (this.loading = null)) ?? {}
    if (!Points) return
    this.points = new Points(this.critical, this.spot, this.pointing())
    this.points.open(this.place)
    this.showPoints()
  }

  /** What the visitor does with critical points. */
  pointing() {
    return {
      changed: () => {
        this.draw()
        if (!this.previewed) this.settle()
      },
      told: () => this.settle(0),
      mark: (on) => this.turnMark("critical", on),
      turn: (key, text) => {
        this.live.drop()
        this.send("turn", [key, text])
      },
    }
  }

  /** Fetch the fan of the live knob, once for each race and knob. */
  async needFan() {
    const { urls, dial, lanes, steps, view } = this.data
    const url = `${urls.fan}?${dial.fan}&knob=${dial.key}`
    if (this.fanUrl === url) return
    this.fanUrl = url
    this.fan = null
    const fan = await fetchFan(url, { lanes: lanes.length, stops: dial.stops.length, steps, view }).catch(() => null)
    if (this.fanUrl !== url) return
    this.fan = fan
    if (!fan) this.fanUrl = null
    this.movers = fan && lanes.map((_lane, i) => fan.moves(i))
    this.draw()
  }

  get fanFits() {
    const { urls, dial } = this.data
    return this.fan && this.fanUrl === `${urls.fan}?${dial.fan}&knob=${dial.key}`
  }

  /** Show the race at a stop of the live knob: from the fan at once, and its numbers when the hand rests. */
  scrub(stop) {
    this.scrubbed = stop
    clearTimeout(this.resting)
    const ask = () => this.live.turn([this.data.dial.key, this.data.dial.stops[stop]])
    if (!this.fanFits) {
      this.needFan()
      return ask()
    }
    this.resting = setTimeout(ask, REST)
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null
      this.readFan()
      this.draw()
    })
  }

  /** The knob was let go: what it shows becomes the race. Until that comes, the paths from the fan stay. */
  commit(stop) {
    clearTimeout(this.resting)
    this.live.drop()
    this.scrubbed = null
    this.element.dataset.scrubbing = ""
    this.send("turn", [this.data.dial.key, this.data.dial.stops[stop]])
  }

  readFan() {
    if (this.fanFits && this.scrubbed !== null) this.lanes.forEach((lane, i) => this.fan.read(i, this.scrubbed, lane))
  }

  /** The paths for neighbouring values of the live knob, when they are to be seen. */
  fanPaths() {
    if (!this.marks.has("fan") || !this.fanFits || this.data.layout === "3d") return null
    const { stops, at } = this.data.dial
    const near = neighbours(this.scrubbed ?? at, stops.length)
    return this.lanes.flatMap((lane, i) =>
      lane.hidden || !this.movers[i] ? [] : near.map((stop) => ({ lane, path: this.fan.path(i, stop) })),
    )
  }

  marksMenu() {
    const flat = this.data.layout !== "3d"
    return Object.entries(this.data.names.marks).map(([mark, text]) => {
      const made = checkbox(text, this.marks.has(mark), (on) => this.turnMark(mark, on))
      made.querySelector("input").disabled = !flat
      return made
    })
  }

  /** Switch a mark: at once where the browser has what it needs, and in the link. */
  turnMark(mark, on) {
    this.data.marks = Object.keys(this.data.names.marks).filter((other) => (other === mark ? on : this.marks.has(other)))
    this.marks = new Set(this.data.marks)
    if (mark === "fan" && on) this.needFan()
    if (mark === "critical") this.showPoints()
    if (this.stands()) this.draw()
    else this.lay()
    this.settle(0)
  }

  pickCurves() {
    const { names, available, words } = this.data
    const turn = (name, on) => {
      const charts = available.filter((other) => (other === name ? on : this.data.charts.includes(other)))
      Object.assign(this.data, { charts, asked: true })
      this.settle(0)
    }
    const boxes = available.map((name) => checkbox(names.charts[name] ?? name, this.data.charts.includes(name), (on) => turn(name, on)))
    this.menu.open(this.picker, words.curves, boxes)
  }

  /** What is in view: [left, right, bottom, top]. */
  get box() {
    return this.zoom ?? this.data.view
  }

  /** Where the racers are. */
  present() {
    return this.lanes.map((lane) => pointAt(lane, this.clock.position))
  }

  start() {
    this.clock.play()
    cancelAnimationFrame(this.playing)
    let last = performance.now()
    const frame = (now) => {
      this.clock.advance(Math.max(0, now - last) / 1000)
      last = now
      this.draw()
      if (this.clock.playing && this.element.isConnected) this.playing = requestAnimationFrame(frame)
      else this.settle()
    }
    this.playing = requestAnimationFrame(frame)
  }

  stop() {
    this.clock.pause()
    this.draw()
    this.settle()
  }

  /** Show `box` in every panel; null is the whole picture. Beyond the limits of a link nothing happens. */
  lookAt(box) {
    if (box && !isWindow(box)) return
    this.zoom = box && box.map((v, i) => rounded(v, i < 2 ? box[1] - box[0] : box[3] - box[2]))
    if (!box) this.eye = null
    this.lay()
    this.settle()
  }

  key(event) {
    const focus = document.activeElement
    if (event.defaultPrevented || this.menu.isOpen || !this.data) return
    if (focus !== document.body && !this.element.contains(focus)) return
    const what = action(event, holds(focus))
    if (what === null) return
    event.preventDefault()
    if (event.repeat && what !== "back" && what !== "forward") return
    if (typeof what === "string") return this.controls()[what]()
    const lane = this.lanes[what.lane]
    if (lane) this.edit("hide", lane.id, !lane.hidden)
  }

  /** How the race is looked at, as parts of its link. */
  look() {
    return lookOf({ ...this.data, at: this.clock.atEnd ? null : this.clock.step, zoom: this.zoom, eye: this.eye, point: this.points?.text ?? String(this.place ?? "") })
  }

  /** Tell the server how we look at the race, a little later, so that the link says it too. */
  settle(soon = 300) {
    clearTimeout(this.telling)
    this.telling = setTimeout(() => {
      if (!this.element.isConnected) return
      const look = this.look()
      if (this.clock.playing) look.at = JSON.parse(this.told).at // where it stops is told when it stops
      const text = JSON.stringify(look)
      if (text !== this.told) this.send("look", look)
      this.told = text
    }, soon)
  }

  dispose() {
    for (const timer of [this.waiting, this.telling, this.resting, this.fanning, this.again]) clearTimeout(timer)
    for (const frame of [this.frame, this.playing]) cancelAnimationFrame(frame)
    this.outbox.dispose()
    document.removeEventListener("keydown", this.onKey)
    this.observer.disconnect()
    this.live.dispose()
    this.dial.dispose()
    this.menu.dispose()
    this.stage.dispose()
    this.curves?.dispose()
    this.element.remove()
  }
}
