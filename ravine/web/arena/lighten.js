// Level curves with fewer points. Plotly draws one curve for each cell of the grid that it crosses, about two pixels long;
// a drawing that is to be passed on is as good with a line wherever the curve is straight.

const OFF = 0.06 // pixels that the lighter line may be beside the curve
const LONG = 400 // characters of a path for which it is worth it
const PIECES = 4 // of a curve that bends

/** An SVG text whose long paths are lines that nobody can tell from its curves, with fewer points. */
export function lightened(svg) {
  return svg.replace(/ d="([^"]+)"/g, (whole, path) => {
    const lines = path.length > LONG ? flattened(path) : null
    return lines ? ` d="${lines.map(written).join("")}"` : whole
  })
}

/** A path of M, L, Q, C and Z as lines, {points, closed} each; null for one that has other commands. */
export function flattened(path) {
  const lines = []
  for (const [, command, rest] of path.matchAll(/([a-df-zA-Z])([^a-df-zA-Z]*)/g)) {
    const numbers = (rest.match(/-?[\d.]+(?:e-?\d+)?/g) ?? []).map(Number)
    if (command === "M") lines.push({ points: [], closed: false })
    const line = lines.at(-1)
    if (!line || !"MLQCZ".includes(command)) return null
    if (command === "Z") line.closed = true
    else if (command === "C") for (let i = 0; i < numbers.length; i += 6) bend(line.points, numbers.slice(i, i + 6))
    else if (command === "Q") for (let i = 0; i < numbers.length; i += 4) bend(line.points, cubic(line.points.at(-1), numbers.slice(i, i + 4)))
    else for (let i = 0; i < numbers.length; i += 2) line.points.push([numbers[i], numbers[i + 1]])
  }
  return lines
}

/** A curve of one handle as one of two. */
const cubic = ([ax, ay], [bx, by, cx, cy]) => [ax + (2 * (bx - ax)) / 3, ay + (2 * (by - ay)) / 3, cx + (2 * (bx - cx)) / 3, cy + (2 * (by - cy)) / 3, cx, cy]

/** Add a curve to the points: its end, and more on the way there where it bends. */
function bend(points, [bx, by, cx, cy, dx, dy]) {
  const [ax, ay] = points.at(-1)
  const bends = Math.max(far([bx, by], [ax, ay], [dx, dy]), far([cx, cy], [ax, ay], [dx, dy])) > OFF
  const pieces = bends ? PIECES : 1
  for (let k = 1; k <= pieces; k++) {
    const [t, s] = [k / pieces, 1 - k / pieces]
    const at = (a, b, c, d) => s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d
    points.push([at(ax, bx, cx, dx), at(ay, by, cy, dy)])
  }
}

/** How far a point is from the line between two others. */
function far([x, y], [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay]
  const square = dx * dx + dy * dy
  const along = square > 0 ? Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / square)) : 0
  return Math.hypot(x - ax - along * dx, y - ay - along * dy)
}

/** The points that a line cannot do without (Douglas and Peucker 1973). */
export function thinned(points, off = OFF) {
  const kept = new Uint8Array(points.length)
  kept[0] = kept[points.length - 1] = 1
  const spans = [[0, points.length - 1]]
  while (spans.length) {
    const [from, to] = spans.pop()
    let [most, at] = [off, -1]
    for (let k = from + 1; k < to; k++) {
      const away = far(points[k], points[from], points[to])
      if (away > most) [most, at] = [away, k]
    }
    if (at < 0) continue
    kept[at] = 1
    spans.push([from, at], [at, to])
  }
  return points.filter((_, k) => kept[k])
}

/** A line as a path, each point counted from the one before it. */
function written({ points, closed }) {
  const steps = thinned(points).map((point) => point.map((value) => Math.round(value * 100)))
  const told = steps.map(([x, y], k) => (k ? [x - steps[k - 1][0], y - steps[k - 1][1]] : [x, y]).map((value) => value / 100).join(","))
  return `M${told[0]}${told.length > 1 ? `l${told.slice(1).join(" ")}` : ""}${closed ? "Z" : ""}`
}
