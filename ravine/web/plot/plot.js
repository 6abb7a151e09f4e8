// A figure from the server, drawn by the plotly.js that the arena uses; its ground, when it has one, is fetched and kept.

import { loadFigure, loadPlotly, loadStyle } from "../shared/fetching.js"
import { describe } from "../shared/picture.js"
import { themeOf } from "../shared/theme.js"

const CONFIG = { displayModeBar: false, doubleClick: false, scrollZoom: false, showAxisDragHandles: false, showTips: false }
const TALLEST = 560 // pixels of a picture
const TWO_COLUMNS = 560 // pixels: a picture as wide has a legend in two columns
const [LEGEND, LONG_LEGEND] = [156, 226] // pixels below a picture
const [ABOVE, BELOW_AXIS, ROW] = [66, 58, 24] // pixels on a phone
const LONG = 19 // letters of an entry that needs a row of its own there
const STILL = 8 // pixels that a press may move and still be one
const plots = new WeakMap()

export function render(component) {
  return mounted(component, Plot)
}

/** A plot of this kind where the component stands, the same one as long as it stands there. */
export function mounted(component, Kind) {
  const parent = component.parentElement
  if (!plots.has(parent)) plots.set(parent, new Kind(parent))
  const plot = plots.get(parent)
  plot.send = component.setTriggerValue
  return plot.receive(component.data)
}

export function dispose(parentElement) {
  plots.get(parentElement)?.leave()
  plots.delete(parentElement)
}

export class Plot {
  constructor(parent) {
    loadStyle(new URL("plot.css", import.meta.url).href)
    this.element = parent.appendChild(document.createElement("figure"))
    this.element.className = "rv-figure"
    this.holder = this.element.appendChild(document.createElement("div"))
    this.holder.addEventListener("pointerdown", (event) => this.press(event))
    this.under = this.element.appendChild(document.createElement("div"))
    this.under.className = "rv-under"
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
    const traces = this.filled(figure.data)
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
      const place = { yref: "container", y: 0, yanchor: "bottom", xref: wide ? "paper" : "container", x: 0 } // narrow: below the axis' labels, too
      layout.legend = { orientation: "h", ...place, font: { size: wide ? 14 : 12.5 }, entrywidth: wide ? 0.48 : 0.98, entrywidthmode: "fraction" }
    }
    if (!ground && this.width < TWO_COLUMNS) this.narrow(layout, traces)
    layout.font.family = theme.font
    layout.width = this.width
    layout.height ??= data.height
    describe(this.holder, data.said)
    await Plotly.react(this.holder, traces, layout, CONFIG)
    this.Plotly = Plotly
    this.drawn = true
    this.drawnWidth = this.width
    this.holder.style.cursor = data.pickable ? "pointer" : ""
    if (data.save && !this.saving) this.saving = this.under.appendChild(this.savers(data.save))
    this.element.dataset.drawn = data.stamp
    this.element.classList.add("rv-plot")
  }

  /** The traces of a figure, as they are drawn. */
  filled(traces) {
    return [...traces]
  }

  /** Buttons that save the picture, and its numbers. */
  savers({ title, file }) {
    const bar = document.createElement("div")
    bar.className = "rv-savers"
    const title_ = bar.appendChild(document.createElement("span"))
    title_.textContent = title
    for (const kind of ["PNG", "SVG", "CSV"]) {
      const button = bar.appendChild(document.createElement("button"))
      button.type = "button"
      button.textContent = kind
      button.ariaLabel = `${title} ${kind}`
      button.addEventListener("click", () => (kind === "CSV" ? this.saveTable(file) : this.savePicture(kind.toLowerCase(), file)))
    }
    return bar
  }

  /** The picture as it is drawn, on the colour of the page, twice as fine. */
  async savePicture(format, file) {
    const theme = themeOf(this.element)
    const { layout, data } = this.holder
    const { width, height } = this.holder._fullLayout
    const page = { ...layout, paper_bgcolor: theme.page, font: { ...layout.font, family: "Arial, sans-serif" } }
    const url = await this.Plotly.toImage({ data, layout: page, config: CONFIG }, { format, width, height, scale: format === "png" ? 2 : 1 })
    download(url, `${file}.${format}`)
  }

  /** The lines of the picture as a table: their names, x and y. */
  saveTable(file) {
    const rows = this.holder._fullData
      .filter((trace) => trace.type === "scatter" && trace.name && trace.showlegend)
      .flatMap((trace) => Array.from(trace.x, (x, i) => [cell(trace.name), x, trace.y[i]].join(",")))
    const href = URL.createObjectURL(new Blob([["name,x,y", ...rows, ""].join("\n")], { type: "text/csv" }))
    download(href, `${file}.csv`)
    setTimeout(() => URL.revokeObjectURL(href), 60_000)
  }

  /** On a phone the legend has rows of its own below the axis, and the scale of colours lies above the picture. */
  narrow(layout, traces) {
    const named = traces.filter((trace) => trace.showlegend).map((trace) => trace.name)
    const columns = named.some((name) => name.replace(/[\u2e80-\uffef]/g, "xx").length > LONG) ? 1 : 2
    const rows = Math.ceil(named.length / columns)
    layout.margin.b = BELOW_AXIS + ROW * rows
    layout.legend = { ...layout.legend, font: { size: 12 }, entrywidth: 0.96 / columns, entrywidthmode: "fraction" }
    layout.height = this.data.height + ROW * rows
    const lying = { orientation: "h", y: 1, yanchor: "bottom", len: 1, thickness: 10 }
    traces.forEach((trace, i) => {
      if (!trace.colorbar) return
      traces[i] = { ...trace, colorbar: { ...trace.colorbar, ...lying } }
      layout.margin.t = ABOVE
    })
  }

  /** A press that is let go where it began picks its place. Clicks do not tell: Plotly swallows some and makes others. */
  press({ button, clientX, clientY }) {
    if (button || !this.data?.pickable) return
    const events = new AbortController()
    const { signal } = events
    const near = (event) => Math.hypot(event.clientX - clientX, event.clientY - clientY) < STILL
    document.addEventListener("pointercancel", () => events.abort(), { signal, capture: true })
    document.addEventListener("pointerup", (event) => (events.abort(), near(event) && this.pick(event)), { signal, capture: true })
  }

  /** What a place on the screen means in the picture, as [x, y]; null beside it. */
  place({ clientX, clientY }) {
    if (!this.drawn) return null
    const { left, top } = this.holder.getBoundingClientRect()
    const { xaxis, yaxis } = this.holder._fullLayout
    const [x, y] = [clientX - left - xaxis._offset, clientY - top - yaxis._offset]
    return x < 0 || y < 0 || x > xaxis._length || y > yaxis._length ? null : [xaxis.p2d(x), yaxis.p2d(y)]
  }

  leave() {
    this.observer.disconnect()
    if (this.drawn) this.Plotly.purge(this.holder)
    this.element.remove()
  }
}

export function download(href, name) {
  Object.assign(document.createElement("a"), { href, download: name }).click()
}

/** The name of a line as a cell of a table: no letter of it means anything to a spreadsheet. */
function cell(name) {
  const text = name.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")
  return `"${/^[=+\-@\t\r\n＝＋－＠]/.test(text) ? "'" : ""}${text.replaceAll('"', '""')}"`
}
