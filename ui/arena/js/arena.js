// The arena: panels, play bar and curves of one race. Streamlit calls `render` at the
// first mount and after every run of the page, and `deliver` after a run of one slider.

import { Bar } from "./bar.js"
import { Curves } from "./curves.js"
import { fetchRace, loadFigure, loadPlotly, loadStyle } from "./fetching.js"
import { isWindow, middle, pointAt, scaled } from "./geometry.js"
import { arrange } from "./layout.js"
import { Live } from "./live.js"
import { sample } from "./marks.js"
import { rounded, short } from "./numbers.js"
import { Panel } from "./panel.js"
import { Playback } from "./playback.js"
import { results } from "./results.js"
import { themeOf } from "./theme.js"

const arenas = new WeakMap()
let shown = null // the arena on the page

export function render(component) {
  let arena = arenas.get(component.parentElement)
  if (!arena) arenas.set(component.parentElement, (arena = new Arena(component.parentElement)))
  shown = arena
  arena.send = component.setTriggerValue
  return arena.receive(component.data)
}

/** New data for the arena on the page, from a control that ran alone. */
export function deliver(component) {
  return shown?.receive(component.data)
}

export function dispose(parentElement) {
  arenas.get(parentElement)?.dispose()
  arenas.delete(parentElement)
}

class Arena {
  constructor(parent) {
    this.clock = new Playback()
    this.live = new Live(
      (turn) => fetchRace(`${this.data.urls.race}&${this.data.link}`, turn),
      (data) => this.update(data),
    )
    this.panels = []
    this.zoom = null
    this.element = parent.appendChild(document.createElement("div"))
    this.element.className = "rv-arena"
    this.legend = this.element.appendChild(document.createElement("div"))
    this.legend.className = "rv-legend"
    this.stage = this.element.appendChild(document.createElement("div"))
    this.stage.className = "rv-stage"
    this.bar = new Bar(this.controls())
    this.below = document.createElement("div")
    this.element.append(this.bar.element, this.below)
    this.observer = new ResizeObserver(() => this.laidWidth && this.width() !== this.laidWidth && this.lay())
    this.observer.observe(parent)
  }

  width() {
    return Math.floor(this.element.clientWidth)
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
    const data = (this.data = { ...this.data, ...fresh })
    this.theme = themeOf(this.element)
    this.lanes = lanesOf(data)
    this.clock.resize(data.steps)
    if (data.opened !== this.opened) this.open(data)
    this.bar.name(data.words)
    if (!this.Plotly) [this.Plotly] = await Promise.all([loadPlotly(data.urls.plotly), loadStyle(data.urls.css)])
    if (this.data !== data) return
    if (this.groundKey() === this.ground) this.deal()
    else await this.lay()
    this.laterCurves()
  }

  /** A race from a link: it says where to stand and what to look at. */
  open(data) {
    this.opened = data.opened
    this.clock.playing = false
    this.clock.position = data.at ?? data.steps
    this.zoom = data.zoom
    clearTimeout(this.telling)
    this.told = JSON.stringify({ at: data.at, zoom: data.zoom })
  }

  groundKey() {
    return JSON.stringify([this.groundUrl(), this.count(), this.width()])
  }

  count() {
    return this.data.layout === "panels" ? this.lanes.length : 1
  }

  groundUrl() {
    const size = this.data.layout === "panels" || this.width() < 640 ? "panel" : "full"
    const box = this.zoom ? `&zoom=${this.zoom.join(",")}` : ""
    return `${this.data.urls.levels}?${this.data.ground}&mode=${this.theme.mode}&size=${size}${box}`
  }

  /** Draw the ground of every panel, and then the paths. */
  async lay() {
    const key = (this.ground = this.groundKey())
    const figure = await loadFigure(this.groundUrl()).catch((error) => {
      this.ground = null // so that the next picture asks for it again
      throw error
    })
    if (key !== this.ground || !this.element.isConnected) return
    this.laidWidth = this.width()
    const [left, right, bottom, top] = this.data.view
    const size = arrange(this.count(), this.laidWidth, window.innerHeight, (top - bottom) / (right - left))
    while (this.panels.length > this.count()) this.panels.pop().dispose()
    while (this.panels.length < this.count()) {
      this.panels.push(new Panel(this.Plotly, { zoomed: (box) => this.look(box), picked: (p) => this.pick(p) }))
      this.stage.append(this.panels.at(-1).element)
    }
    this.deal()
    for (const panel of this.panels) panel.element.style.width = `${size.width}px`
    await Promise.all(this.panels.map((panel) => panel.lay(figure, size.width, size.height, this.zoom, this.theme.font)))
    this.draw()
    this.element.dataset.ready = "true"
    this.laterCurves()
  }

  /** Hand the lanes to the panels and draw them. */
  deal() {
    const apart = this.data.layout === "panels"
    this.panels.forEach((panel, i) => {
      panel.lanes = apart ? [this.lanes[i]] : this.lanes
      panel.describe(panel.lanes.map((lane) => `${lane.name}: ${lane.row.outcome}`).join(" "))
      panel.caption.hidden = !apart
      if (apart) panel.caption.replaceChildren(this.chip(this.lanes[i]))
    })
    this.legend.replaceChildren(...(apart ? [] : this.lanes.map((lane) => this.chip(lane))), this.legendNote())
    this.draw()
  }

  /** What the numbers in the legend are. */
  legendNote() {
    const note = document.createElement("span")
    note.className = "rv-note"
    note.textContent = this.data.words.value
    return note
  }

  chip(lane) {
    const chip = document.createElement("span")
    chip.className = "rv-chip"
    chip.innerHTML = sample(lane, lane[this.theme.mode])
    const name = chip.appendChild(document.createElement("b"))
    name.textContent = lane.name
    lane.value = chip.appendChild(document.createElement("span"))
    lane.value.className = "rv-value"
    lane.value.title = this.data.words.value
    return chip
  }

  draw() {
    const { position, step, steps } = this.clock
    for (const panel of this.panels) panel.draw(position, this.theme)
    for (const lane of this.lanes) {
      const text = short(lane.curves[this.data.curves[0]][step])
      if (lane.value && lane.value.textContent !== text) lane.value.textContent = text
    }
    this.bar.show(this.clock, this.zoom !== null)
    this.curves?.point(position, steps)
    this.element.dataset.drawn = this.data.link
    this.element.dataset.step = step
  }

  laterCurves() {
    clearTimeout(this.waiting)
    this.waiting = setTimeout(() => this.drawCurves(), 60)
  }

  async drawCurves() {
    if (!this.element.isConnected) return
    const frames = await loadFigure(`${this.data.urls.curves}?${this.data.ground}&mode=${this.theme.mode}`)
    if (!this.curves) {
      this.curves = new Curves(this.Plotly)
      this.below.before(this.curves.element)
    }
    await this.curves.lay(frames, this.lanes, this.data.steps, this.theme, this.width())
    this.curves.point(this.clock.position, this.clock.steps)
    this.below.replaceChildren(results(this.lanes, { ...this.data.words, arrived: this.data.arrived }, this.theme.mode))
    this.element.dataset.curves = this.data.link
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
      seek,
      settle: () => this.settle(),
      speed: (factor) => (this.clock.speed = factor),
      closer: () => this.look(scaled(this.box, 0.5, middle(this.present(), this.box))),
      wider: () => this.look(scaled(this.box, 2)),
      whole: () => this.look(null),
    }
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
    let last = performance.now()
    const frame = (now) => {
      this.clock.advance(Math.max(0, now - last) / 1000)
      last = now
      this.draw()
      if (this.clock.playing && this.element.isConnected) requestAnimationFrame(frame)
      else this.settle()
    }
    requestAnimationFrame(frame)
  }

  stop() {
    this.clock.pause()
    this.draw()
    this.settle()
  }

  /** Show `box` in every panel; null is the whole picture. Beyond the limits of a link nothing happens. */
  look(box) {
    if (box && !isWindow(box)) return
    this.zoom = box && box.map((v, i) => rounded(v, i < 2 ? box[1] - box[0] : box[3] - box[2]))
    this.lay()
    this.settle()
  }

  pick([x, y]) {
    const [left, right, bottom, top] = this.box
    const [l, r, b, t] = this.data.view
    if (x < l || x > r || y < b || y > t) return
    this.send("start", [rounded(x, right - left), rounded(y, top - bottom)])
  }

  /** Tell the server where we stand, a little later, so that the link says it too. */
  settle() {
    clearTimeout(this.telling)
    this.telling = setTimeout(() => {
      if (this.clock.playing || !this.element.isConnected) return
      const look = { at: this.clock.atEnd ? null : this.clock.step, zoom: this.zoom }
      const text = JSON.stringify(look)
      if (text !== this.told) this.send("look", look)
      this.told = text
    }, 300)
  }

  dispose() {
    clearTimeout(this.waiting)
    clearTimeout(this.telling)
    this.observer.disconnect()
    this.live.dispose()
    for (const panel of this.panels) panel.dispose()
    this.curves?.dispose()
    this.element.remove()
  }
}

/** The lanes with their columns: one table holds them all, one after the other. */
function lanesOf(data) {
  const rows = data.steps + 1
  const columns = Object.fromEntries(["x", "y", ...data.curves].map((name) => [name, column(data.table, name)]))
  return data.lanes.map((lane, i) => {
    const part = (name) => columns[name].subarray(i * rows, (i + 1) * rows)
    return { ...lane, x: part("x"), y: part("y"), curves: Object.fromEntries(data.curves.map((name) => [name, part(name)])) }
  })
}

/** A column of an Arrow table, or of a preview's base64. */
function column(table, name) {
  if (table.getChild) return table.getChild(name).toArray()
  const Floats = name === "x" || name === "y" ? Float32Array : Float64Array
  return new Floats(Uint8Array.from(atob(table[name]), (c) => c.charCodeAt(0)).buffer)
}
