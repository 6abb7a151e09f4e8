// The player of a race in a file: no server, no network. The page around it stands in the file already; here is what
// moves. It is made of the arena's own parts, so that a race plays in a file as it plays in the arena.

import { Bar } from "../arena/bar.js"
import { action, holds } from "../arena/keys.js"
import { drawPanels } from "../arena/panels.js"
import { Scrub } from "../arena/scrub.js"
import { short } from "../shared/numbers.js"

/** Begin, in the page of the file. */
export function begin() {
  new Player(document, JSON.parse(document.getElementById("race").textContent))
}

export class Player {
  /** `race` is what `offline.js` writes: {words, steps, at, size, scale, places, lanes, panels}. */
  constructor(page, race) {
    this.race = race
    this.lanes = race.lanes.map(unpacked)
    this.sheet = { ...race, panels: race.panels.map((panel) => this.panel(panel)) }
    this.canvas = page.querySelector("canvas")
    this.values = [...page.querySelectorAll("[data-lane]")]
    this.still = matchMedia("(prefers-reduced-motion: reduce)")
    this.scrub = new Scrub({ draw: () => this.draw(), settle: () => this.draw(), isShown: () => true })
    this.bar = new Bar(this.scrub.controls())
    this.bar.name(race.words)
    page.querySelector(".bar").replaceChildren(this.bar.element)
    this.scrub.clock.resize(race.steps)
    this.scrub.open(race.at)
    page.addEventListener("keydown", (event) => this.key(event))
    new ResizeObserver(() => this.fit()).observe(this.canvas)
    this.fit()
  }

  /** A panel with its scene, as `paint` takes it. */
  panel({ lanes, box, frame }) {
    const { theme, marks } = this.race
    const racing = lanes.map((i) => this.lanes[i])
    return { scene: { lanes: racing, box, frame, theme, marks: new Set(marks), names: new Map() } }
  }

  /** As many pixels as the screen has where the canvas is. */
  fit() {
    const ratio = window.devicePixelRatio || 1
    this.canvas.width = Math.round(this.canvas.clientWidth * ratio)
    this.canvas.height = Math.round(this.canvas.clientHeight * ratio)
    this.draw()
  }

  draw() {
    const { canvas, lanes, values } = this
    const { clock } = this.scrub
    const pen = canvas.getContext("2d")
    const [across, up] = [canvas.width / this.race.size.width, canvas.height / this.race.size.height]
    pen.setTransform(1, 0, 0, 1, 0, 0)
    pen.clearRect(0, 0, canvas.width, canvas.height)
    pen.setTransform(across, 0, 0, up, 0, 0)
    drawPanels(pen, this.sheet, this.still.matches ? clock.step : clock.position)
    values.forEach((element, i) => (element.textContent = short(lanes[i].values[clock.step])))
    this.bar.show(clock, false)
  }

  key(event) {
    const what = action(event, holds(event.target))
    if (typeof what !== "string" || !(what in this.scrub) || (event.repeat && what === "toggle")) return
    event.preventDefault()
    this.scrub[what]()
  }
}

/** A lane whose columns are numbers again. */
function unpacked(lane) {
  const arrows = Object.entries(lane.arrows).map(([kind, { x, y }]) => [kind, { x: floats(x), y: floats(y) }])
  const values = new Float64Array(bytes(lane.values))
  return { ...lane, x: floats(lane.x), y: floats(lane.y), values, arrows: Object.fromEntries(arrows) }
}

const floats = (text) => new Float32Array(bytes(text))
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer
