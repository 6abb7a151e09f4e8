// Curves against the step: frames by Plotly, a line at the present step, and a pointer that scrubs the race. One may be
// against the angle of the surface: its line stands at the present angle.

import { describe } from "../shared/picture.js"
import { decades, ends, endless, signed } from "./ranges.js"

const CONFIG = { displayModeBar: false, staticPlot: true, responsive: false }
const TURNING = /^turning/ // the frames against the angle
const MARKS = 7 // of a curve against the angle: it is often flat, and crowded markers hide its dashes

export class Curves {
  /** `on` has seek(step) and settle(). */
  constructor(Plotly, on) {
    this.Plotly = Plotly
    this.on = on
    this.steps = 1
    this.element = document.createElement("div")
    this.element.className = "rv-curves"
    this.charts = []
  }

  /** One chart for each frame from the server. `turning` is {angles, now}: what the frame against the angle needs. */
  async lay(frames, lanes, { steps, turning }, theme, width) {
    this.steps = Math.max(1, steps)
    this.turning = turning
    while (this.charts.length > frames.length) this.drop(this.charts.pop())
    while (this.charts.length < frames.length) this.charts.push(this.chart())
    const columns = Math.max(1, Math.min(frames.length, Math.floor(width / 300), 4))
    this.element.style.setProperty("--rv-columns", columns)
    const each = Math.floor((width - 16 * (columns - 1)) / columns)
    await Promise.all(frames.map((frame, i) => this.fill(this.charts[i], frame, lanes, theme, each)))
  }

  chart() {
    const holder = this.element.appendChild(document.createElement("div"))
    holder.className = "rv-curve"
    const plot = holder.appendChild(document.createElement("div"))
    const cursor = holder.appendChild(document.createElement("div"))
    cursor.className = "rv-cursor"
    const made = { holder, plot, cursor }
    this.listen(made)
    return made
  }

  /** Over a curve the mouse scrubs the race; a finger does when it is dragged along it. */
  listen({ holder, plot }) {
    const seek = (event) => {
      if (!plot._fullLayout || TURNING.test(holder.dataset.name)) return
      const { l, t, w, h } = plot._fullLayout._size
      const { left, top } = holder.getBoundingClientRect()
      const [x, y] = [event.clientX - left, event.clientY - top]
      if (x < l - 4 || x > l + w + 4 || y < t || y > t + h) return
      this.on.seek(stepAt((x - l) / w, this.steps))
      this.on.settle()
    }
    holder.addEventListener("pointermove", seek)
    holder.addEventListener("click", seek) // not when a finger goes down: it may be about to scroll the page
  }

  drop({ plot, holder }) {
    this.Plotly.purge(plot)
    holder.remove()
  }

  async fill(chart, frame, lanes, { mode, font }, width) {
    const layout = structuredClone(frame.layout)
    layout.font.family = font
    layout.width = width
    layout.height = 250
    chart.holder.dataset.name = frame.name
    describe(chart.holder, layout.title.text)
    const turns = TURNING.test(frame.name)
    const x = turns ? this.turning.angles : Array.from({ length: this.steps + 1 }, (_, k) => k)
    const curves = lanes.map((lane) => (turns ? lane.turning : lane.curves[frame.name]))
    layout.xaxis.range = [x[0], x.at(-1)]
    Object.assign(layout.yaxis, turns ? ends(layout.yaxis.type, curves, lanes.map(startOf)) : axis(layout.yaxis.type, curves))
    await this.Plotly.react(chart.plot, lanes.map((lane, i) => trace(lane, x, curves[i], mode, turns ? MARKS : 0)), layout, CONFIG)
  }

  /** Move the line to the present step, or angle. */
  point(position, steps) {
    for (const { holder, plot, cursor } of this.charts) {
      if (!plot._fullLayout) continue
      const share = TURNING.test(holder.dataset.name) ? shareOf(this.turning) : position / Math.max(1, steps)
      const { l, t, w, h } = plot._fullLayout._size
      cursor.style.transform = `translateX(${l + share * w}px)`
      cursor.style.top = `${t}px`
      cursor.style.height = `${h}px`
    }
  }

  dispose() {
    for (const { plot } of this.charts) this.Plotly.purge(plot)
  }
}

/** What the axis of these curves is like: its type, where that is left open, and its range. */
function axis(type, curves) {
  if (type === "linear") return endless(curves)
  if (type === "log" || !curves.some((curve) => curve.some((v) => v < 0))) return { type: "log", ...decades(curves) }
  return { type: "linear", ...signed(curves) }
}

/** The step at a share of the width of a curve. */
export function stepAt(share, steps) {
  return Math.max(0, Math.min(steps, Math.round(share * steps)))
}

/** How far along the axis the present angle is. */
function shareOf({ angles, now }) {
  return (now - angles[0]) / (angles.at(-1) - angles[0])
}

/** The height at which a lane starts, as its first curve has it. */
function startOf(lane) {
  return Object.values(lane.curves)[0][0]
}

/** One curve; of its markers there are at most `marks`, 0 for all. */
function trace(lane, x, y, mode, marks) {
  return {
    type: "scatter",
    x,
    y,
    name: lane.name,
    mode: x.length <= 41 ? "lines+markers" : "lines",
    line: { color: lane[mode], width: 2.4, dash: lane.dash.map((v) => `${v}px`).join(",") || "solid" },
    marker: { symbol: lane.marker, size: 5, color: lane[mode], maxdisplayed: marks },
  }
}
