// Curves against the step: frames by Plotly, and a line at the present step.

import { decades, endless } from "./ranges.js"

const CONFIG = { displayModeBar: false, staticPlot: true, responsive: false }

export class Curves {
  constructor(Plotly) {
    this.Plotly = Plotly
    this.element = document.createElement("div")
    this.element.className = "rv-curves"
    this.charts = []
  }

  /** One chart for each frame from the server. */
  async lay(frames, lanes, steps, theme, width) {
    while (this.charts.length > frames.length) this.charts.pop().holder.remove()
    while (this.charts.length < frames.length) this.charts.push(this.chart())
    const columns = width >= 900 ? frames.length : 1
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
    return { holder, plot, cursor }
  }

  async fill(chart, frame, lanes, steps, { mode, font }, width) {
    const layout = structuredClone(frame.layout)
    layout.font.family = font
    layout.width = width
    layout.height = 250
    layout.xaxis.range = [0, Math.max(1, steps)]
    chart.holder.setAttribute("aria-label", layout.title.text)
    const curves = lanes.map((lane) => lane.curves[frame.name])
    Object.assign(layout.yaxis, layout.yaxis.type === "log" ? decades(curves) : endless(curves))
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
