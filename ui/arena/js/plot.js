// A figure from the server, drawn by the plotly.js that the arena uses; its ground, when it has one, is fetched and kept.

import { loadFigure, loadPlotly } from "./fetching.js"
import { themeOf } from "./theme.js"

const CONFIG = { displayModeBar: false, doubleClick: false, scrollZoom: false, showAxisDragHandles: false, showTips: false }
const TALLEST = 560 // pixels of a picture
const TWO_COLUMNS = 560 // pixels: a picture as wide has a legend in two columns
const [LEGEND, LONG_LEGEND] = [156, 226] // pixels below a picture
const [BELOW_AXIS, ROW] = [58, 24] // pixels on a phone
const plots = new WeakMap()

export function render(component) {
  const parent = component.parentElement
  if (!plots.has(parent)) plots.set(parent, new Plot(parent))
  const plot = plots.get(parent)
  plot.send = component.setTriggerValue
  return plot.receive(component.data)
}

export function dispose(parentElement) {
  plots.get(parentElement)?.leave()
  plots.delete(parentElement)
}

class Plot {
  constructor(parent) {
    this.element = parent.appendChild(document.createElement("figure"))
    this.element.style.margin = "0"
    this.holder = this.element.appendChild(document.createElement("div"))
    this.holder.setAttribute("role", "img")
    this.holder.addEventListener("click", (event) => this.pick(event))
    this.observer = new ResizeObserver(() => this.drawn && this.width !== this.drawnWidth && this.draw())
    this.observer.observe(this.element)
  }

  get width() {
    return Math.floor(this.element.clientWidth)
  }

  receive(data) {
    this.data = data
    return this.draw()
  }

  /** `figures` has one for each mode; `ground` is the address of level curves, without the mode; `ratio` height to width. */
  async draw() {
    const { data } = this
    const theme = themeOf(this.element)
    const figure = data.figures[theme.mode]
    const size = this.width < 640 ? "panel" : "full"
    const asked = data.ground ? loadFigure(`${data.ground}&mode=${theme.mode}&size=${size}`) : null
    const [Plotly, ground] = await Promise.all([loadPlotly(data.plotly), asked])
    if (this.data !== data || !this.element.isConnected || !this.width) return
    const layout = structuredClone(figure.layout)
    const traces = [...figure.data]
    if (ground) {
      const base = structuredClone(ground.layout)
      traces.unshift(...ground.data.map((trace) => ({ ...trace, showscale: false })))
      const annotations = [...(base.annotations ?? []), ...(layout.annotations ?? [])]
      Object.assign(layout, { ...base, annotations, showlegend: true, dragmode: false })
      const wide = this.width >= TWO_COLUMNS
      const { l, t } = layout.margin
      const b = wide ? LEGEND : LONG_LEGEND
      const tall = Math.min((this.width - l - 10) * data.ratio, TALLEST)
      layout.margin = { l, t, b, r: this.width - l - tall / data.ratio } // as wide for its height as the ground is
      layout.height = Math.round(t + tall + b)
      layout.legend = { orientation: "h", yref: "container", y: 0, yanchor: "bottom", x: 0, font: { size: 14 }, entrywidth: wide ? 0.48 : 0.98, entrywidthmode: "fraction" }
    }
    if (!ground && this.width < TWO_COLUMNS) this.narrow(layout, traces)
    layout.font.family = theme.font
    layout.width = this.width
    layout.height ??= data.height
    this.holder.setAttribute("aria-label", data.said)
    await Plotly.react(this.holder, traces, layout, CONFIG)
    this.Plotly = Plotly
    this.drawn = true
    this.drawnWidth = this.width
    this.holder.style.cursor = data.pickable ? "pointer" : ""
    this.element.dataset.drawn = data.stamp
    this.element.className = "rv-plot"
  }

  /** On a phone the legend has rows of its own below the axis, two entries each. */
  narrow(layout, traces) {
    const rows = Math.ceil(traces.filter((trace) => trace.showlegend).length / 2)
    layout.margin.b = BELOW_AXIS + ROW * rows
    layout.legend = { orientation: "h", yref: "container", y: 0, yanchor: "bottom", x: 0, font: { size: 12 }, entrywidth: 0.48, entrywidthmode: "fraction" }
    layout.height = this.data.height + ROW * rows
  }

  /** Where in the picture a click means, as [x, y], when the page wants to know. */
  pick({ clientX, clientY }) {
    if (!this.drawn || !this.data.pickable) return
    const { left, top } = this.holder.getBoundingClientRect()
    const { xaxis, yaxis } = this.holder._fullLayout
    const [x, y] = [clientX - left - xaxis._offset, clientY - top - yaxis._offset]
    if (x < 0 || y < 0 || x > xaxis._length || y > yaxis._length) return
    this.send("picked", [xaxis.p2d(x), yaxis.p2d(y)])
  }

  leave() {
    this.observer.disconnect()
    if (this.drawn) this.Plotly.purge(this.holder)
    this.element.remove()
  }
}
