// A map of many runs: its frame comes with the page, its numbers from the server, coarse first and then some rows at a
// time. Whoever stops it asks for no more. Pointing at a place shows the run that is there; a click takes it.

import { fill } from "../shared/numbers.js"
import { Plot, dispose, download, mounted } from "./plot.js"
import { themeOf } from "../shared/theme.js"

export { dispose }

const PATIENCE = 90 // milliseconds that the pointer rests before a run is asked for
const [CARD, ASIDE] = [250, 18] // pixels: the width of the card, and its distance from the pointer
const NEAR = 28 // pixels: a second tap as near to the first one takes the run

export function render(component) {
  return mounted(component, HeatMap)
}

class HeatMap extends Plot {
  constructor(parent) {
    super(parent)
    this.told = this.under.appendChild(document.createElement("div"))
    this.told.className = "rv-told"
    this.progress = this.told.appendChild(document.createElement("progress"))
    this.stopper = this.told.appendChild(Object.assign(document.createElement("button"), { type: "button" }))
    this.said = this.told.appendChild(document.createElement("span"))
    this.racer = this.told.appendChild(Object.assign(document.createElement("button"), { type: "button", className: "rv-race" }))
    this.stopper.addEventListener("click", () => (this.stopped ? this.goOn() : this.stop()))
    this.racer.addEventListener("click", () => this.send("picked", this.best.at))
    this.progress.hidden = this.stopper.hidden = this.racer.hidden = true
    this.card = this.element.appendChild(document.createElement("div"))
    this.card.className = "rv-card"
    this.card.hidden = true
    this.picture = this.card.appendChild(document.createElement("img"))
    this.picture.alt = ""
    this.text = this.card.appendChild(document.createElement("div"))
    this.text.setAttribute("aria-live", "polite")
    this.holder.addEventListener("pointermove", (event) => event.pointerType === "mouse" && this.point(event))
    this.holder.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && this.unpoint())
  }

  async receive(data) {
    const other = data.map.address !== this.data?.map.address
    this.data = data
    if (!other) return this.rows ? this.draw() : null
    this.unpoint()
    this.job?.abort()
    await this.load(data.map.sides.map((n) => ({ n, rows: [], y: [], x: null })))
  }

  /** Ask for the sides that are not there yet, one after the other, and draw what has come. */
  async load(levels) {
    const job = (this.job = new AbortController())
    const { address, words } = this.data.map
    this.stopped = false
    this.levels = levels
    try {
      for (const level of levels) {
        while (level.y.length < level.n) {
          this.tell(words)
          const answer = await fetch(`${address}&n=${level.n}&first=${level.y.length}`, { signal: job.signal })
          if (!answer.ok) throw new Error(await answer.text())
          this.add(level, await answer.arrayBuffer())
          await this.draw()
          if (job.signal.aborted) return
        }
      }
    } catch (error) {
      if (job.signal.aborted) return
      this.progress.hidden = this.stopper.hidden = true
      this.said.textContent = error.message
      return
    }
    this.tell(words)
    this.element.dataset.done = address
  }

  /** The rows of an answer: the length of the JSON, the JSON, and one plane of numbers after the other. */
  add(level, buffer) {
    const length = new DataView(buffer).getUint32(0, true)
    const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)))
    const numbers = new Float32Array(buffer, 4 + length)
    const { n, y, planes } = head
    if (!level.y.length) level.best = null
    level.x = head.x
    level.rows.push(...y.map((_, j) => Array.from({ length: planes }, (_, k) => numbers.subarray((k * y.length + j) * n, (k * y.length + j + 1) * n))))
    level.y.push(...y)
    if (head.best && !(level.best?.goal <= head.best.goal)) level.best = head.best
    this.rows = this.composed()
  }

  /** All rows of the finest side that has begun; where it has none yet, those of the side before it. */
  composed() {
    const begun = this.levels.filter((level) => level.y.length)
    const fine = begun.at(-1)
    if (begun.length === 1 || fine.y.length === fine.n) return { x: fine.x, y: fine.y, rows: fine.rows }
    const coarse = begun.at(-2)
    const rest = coarse.y.map((y, j) => ({ y, row: coarse.rows[j] })).filter(({ y }) => y > fine.y.at(-1))
    const at = fine.x.map((_, i) => Math.round((i * (coarse.n - 1)) / (fine.n - 1)))
    const wider = rest.map(({ row }) => row.map((plane) => Float32Array.from(at, (i) => plane[i])))
    return { x: fine.x, y: [...fine.y, ...rest.map(({ y }) => y)], rows: [...fine.rows, ...wider] }
  }

  /** How far the work is, or what is best. */
  tell(words) {
    const [done, all] = [(level) => level.y.length * level.n, (level) => level.n * level.n]
    const sum = (of) => this.levels.reduce((total, level) => total + of(level), 0)
    const whole = this.levels.filter((level) => level.y.length === level.n).at(-1)
    const ready = this.levels.every((level) => level.y.length === level.n)
    this.best = whole?.best ?? null
    Object.assign(this.progress, { max: sum(all), value: sum(done), hidden: ready, ariaLabel: words.progress })
    this.stopper.hidden = ready
    this.stopper.textContent = this.stopped ? words.on : words.stop
    const told = whole && words.best && fill(this.best ? words.best : words.none, { count: whole.n * whole.n, said: this.best?.said })
    this.said.textContent = (ready || this.stopped) && told ? told : ""
    this.racer.textContent = words.race
    this.racer.hidden = !(ready || this.stopped) || !this.best
  }

  stop() {
    this.stopped = true
    this.job.abort()
    this.tell(this.data.map.words)
  }

  goOn() {
    this.load(this.levels)
  }

  async draw() {
    if (this.rows) await super.draw()
  }

  /** The heat maps with their numbers, one plane each. */
  filled(traces) {
    const { x, y, rows } = this.rows
    const planes = rows[0].map((_, k) => rows.map((row) => row[k]))
    let k = 0
    return traces.map((trace) => (trace.type === "heatmap" ? { ...trace, x, y, z: planes[k++] } : trace))
  }

  saveTable(file) {
    const { address, sides } = this.data.map
    download(`${address.replace("/map?", "/map.csv?")}&n=${sides.at(-1)}`, `${file}.csv`)
  }

  // The run that is pointed at.

  point(event) {
    const at = this.place(event)
    clearTimeout(this.resting)
    if (!at) return this.unpoint()
    this.resting = setTimeout(() => this.show(at, event), PATIENCE)
  }

  unpoint() {
    clearTimeout(this.resting)
    this.asking?.abort()
    this.card.hidden = true
  }

  /** The card of the run at a place: its path and what becomes of it. */
  async show([x, y], event, more = "") {
    this.asking?.abort()
    const asking = (this.asking = new AbortController())
    const address = this.data.map.address.replace("/map?", "/cell?")
    try {
      const answer = await fetch(`${address}&x=${x}&y=${y}&mode=${themeOf(this.element).mode}`, { signal: asking.signal })
      if (!answer.ok) return
      const { said, picture } = await answer.json()
      if (asking.signal.aborted) return
      this.picture.src = picture
      this.text.textContent = `${said} ${more}`
      const { left, top, width } = this.element.getBoundingClientRect()
      const [across, down] = [event.clientX - left, event.clientY - top]
      const room = across + ASIDE + CARD <= width ? across + ASIDE : across - ASIDE - CARD
      this.card.hidden = false
      this.card.style.left = `${Math.max(0, Math.min(room, width - CARD))}px`
      const low = Math.max(0, Math.min(down - 60, this.holder.clientHeight - this.card.offsetHeight))
      this.card.style.top = `${event.pointerType === "touch" ? Math.max(0, down - this.card.offsetHeight - 2 * ASIDE) : low}px`
    } catch (error) {
      if (!asking.signal.aborted) console.error(error)
    }
  }

  /** A press takes the run; a finger, which cannot point, shows it first and takes it with a second tap. */
  pick(event) {
    const at = this.place(event)
    if (!at) return this.unpoint()
    const { clientX: x, clientY: y } = event
    if (event.pointerType !== "touch" || (this.shown && Math.hypot(x - this.shown[0], y - this.shown[1]) < NEAR)) {
      this.shown = null
      return this.send("picked", at)
    }
    this.shown = [x, y]
    this.show(at, event, this.data.map.words.again)
  }

  leave() {
    this.job?.abort()
    this.unpoint()
    super.leave()
  }
}
