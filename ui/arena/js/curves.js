// Curves against the step: frames by Plotly, a line at the present step, and a pointer that scrubs the race.

import { decades, endless, signed } from "./ranges.js"

const CONFIG = { displayModeBar: false, staticPlot: true, responsive: false }

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

  /** One chart for each frame from the server. */
  async lay(frames, lanes, steps, theme, width) {
    this.steps = Math.max(1, steps)
    while (this.charts.length > frames.length) this.drop(this.charts.pop())
    while (this.charts.length < frames.length) this.charts.push(this.chart())
    const columns = Math.max(1, Math.min(frames.length, Math.floor(width / 300), 4))
    this.element.style.setProperty("--rv-columns", columns)
    const each = Math.floor((width - 16 * (columns - 1)) / columns)
    await Promise.all(frames.map((frame, i) => this.fill(this.charts[i], frame, lanes, steps, theme, each)))
  }

  chart() {
    const holder = this.element.appendChild(document.createElement("div"))
    holder.className = "rv-curve"
    holder.setAttribute("role", "img")
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
      if (!plot._fullLayout) return
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

  async fill(chart, frame, lanes, steps, { mode, font }, width) {
    const layout = structuredClone(frame.layout)
    layout.font.family = font
    layout.width = width
    layout.height = 250
    layout.xaxis.range = [0, Math.max(1, steps)]
    chart.holder.setAttribute("aria-label", layout.title.text)
    const curves = lanes.map((lane) => lane.curves[frame.name])
    Object.assign(layout.yaxis, axis(layout.yaxis.type, curves))
    await this.Plotly.react(chart.plot, lanes.map((lane) => trace(lane, frame.name, steps, mode)), layout, CONFIG)
  }

  /** Move the line to the present step. */
  point(position, steps) {
    for (const { plot, cursor } of this.charts) {
      if (!plot._fullLayout) continue
      const { l, t, w, h } = plot._fullLayout._size
      cursor.style.transform = `translateX(${l + (position / Math.max(1, steps)) * w}px)`
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

function trace(lane, name, steps, mode) {
  return {
    type: "scatter",
    x: Array.from({ length: steps + 1 }, (_, k) => k),
    y: lane.curves[name],
    name: lane.name,
    mode: steps <= 40 ? "lines+markers" : "lines",
    line: { color: lane[mode], width: 2.4, dash: lane.dash.map((v) => `${v}px`).join(",") || "solid" },
    marker: { symbol: lane.marker, size: 5, color: lane[mode] },
  }
}
