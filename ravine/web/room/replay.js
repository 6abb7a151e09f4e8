// The run plays through the dots: the paths of a race, step for step, over the picture of a question.

const SECONDS = 6 // of a whole run
const SVG = "http://www.w3.org/2000/svg"

/** Draw `paths` ({light, dash, points, every}) in `svg`, an overlay of 1000 by 1000 over the box [[x0, x1], [y0, y1]];
 * at once where it is to stand still, or motion is unwelcome. `done` is called at the end; what comes back stops it. */
export function replay(svg, [[x0, x1], [y0, y1]], paths, { done = () => {}, stands = false } = {}) {
  svg.querySelectorAll(".run").forEach((old) => old.remove())
  const place = ([x, y]) => [(1000 * (x - x0)) / (x1 - x0), (1000 * (y1 - y)) / (y1 - y0)]
  const runs = paths.filter(({ points }) => points.length).map((path) => new Run(svg, path, path.points.map(place)))
  const last = Math.max(0, ...runs.map((run) => run.last))
  const began = performance.now()
  const still = stands || matchMedia("(prefers-reduced-motion: reduce)").matches
  let frame = 0
  const draw = (now) => {
    const share = still ? 1 : Math.min(1, Math.max(0, (now - began) / (1000 * SECONDS)))
    for (const run of runs) run.draw(share * last)
    svg.dataset.played = share < 1 ? "playing" : "yes"
    if (share < 1) frame = requestAnimationFrame(draw)
    else done()
  }
  draw(began)
  return () => cancelAnimationFrame(frame)
}

class Run {
  constructor(svg, { light, dash, every }, places) {
    this.places = places
    this.every = every || 1
    this.last = this.every * (places.length - 1)
    this.pieces = places.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`)
    this.line = stroke(svg, light, 3.5)
    if (dash) this.line.setAttribute("stroke-dasharray", dash)
    this.tip = stroke(svg, light, 13)
  }

  /** Up to a step, which may lie between two points. */
  draw(step) {
    const at = Math.min(step, this.last) / this.every, before = Math.floor(at), part = at - before
    const [x, y] = this.places[before], [nextX, nextY] = this.places[Math.min(before + 1, this.places.length - 1)]
    const tip = `${(x + part * (nextX - x)).toFixed(1)} ${(y + part * (nextY - y)).toFixed(1)}`
    this.line.setAttribute("d", `M${this.pieces.slice(0, before + 1).join("L")}L${tip}`)
    this.tip.setAttribute("d", `M${tip}h.01`)
  }
}

function stroke(svg, colour, width) {
  const path = document.createElementNS(SVG, "path")
  const look = { fill: "none", stroke: colour, "stroke-width": width, "stroke-linecap": "round", "stroke-linejoin": "round", class: "run", "vector-effect": "non-scaling-stroke" }
  for (const [name, value] of Object.entries(look)) path.setAttribute(name, value)
  svg.append(path)
  return path
}
