// Markers and line samples: the same names and shapes as Plotly's symbols, drawn on a canvas.

const corners = (n, turn = 0, radius = 1) =>
  Array.from({ length: n }, (_, i) => {
    const angle = turn - Math.PI / 2 + (2 * Math.PI * i) / n
    return [radius * Math.cos(angle), radius * Math.sin(angle)]
  })

const starry = (n, inner) => corners(2 * n).map(([x, y], i) => (i % 2 ? [x * inner, y * inner] : [x, y]))

const cross = (w) =>
  [[-w, -1], [w, -1], [w, -w], [1, -w], [1, w], [w, w], [w, 1], [-w, 1], [-w, w], [-1, w], [-1, -w], [-w, -w]]

const turned = (points, angle) =>
  points.map(([x, y]) => [x * Math.cos(angle) - y * Math.sin(angle), x * Math.sin(angle) + y * Math.cos(angle)])

/** Outline of each symbol, in a circle of radius about 1. */
export const OUTLINES = {
  circle: corners(24, 0, 0.95),
  square: corners(4, Math.PI / 4, 1.2),
  diamond: corners(4, 0, 1.25),
  "triangle-up": corners(3, 0, 1.3),
  "triangle-down": corners(3, Math.PI, 1.3),
  "triangle-left": corners(3, -Math.PI / 2, 1.3),
  "triangle-right": corners(3, Math.PI / 2, 1.3),
  cross: cross(0.36),
  x: turned(cross(0.36), Math.PI / 4),
  star: starry(5, 0.45).map(([x, y]) => [x * 1.4, y * 1.4]),
  hexagram: starry(6, 0.58).map(([x, y]) => [x * 1.25, y * 1.25]),
  pentagon: corners(5, 0, 1.1),
  hexagon: corners(6, 0, 1.1),
  bowtie: [[-1, -1], [1, 1], [1, -1], [-1, 1]],
  hourglass: [[-1, -1], [1, -1], [-1, 1], [1, 1]],
  "diamond-tall": [[0, -1.4], [0.7, 0], [0, 1.4], [-0.7, 0]],
  "diamond-wide": [[0, -0.7], [1.4, 0], [0, 0.7], [-1.4, 0]],
  "star-diamond": starry(4, 0.55).map(([x, y]) => [x * 1.3, y * 1.3]),
  "star-square": turned(starry(4, 0.55), Math.PI / 4).map(([x, y]) => [x * 1.3, y * 1.3]),
}

/** Add a symbol to the pen's path: many of them are then filled and stroked at once. */
export function addMark(pen, symbol, x, y, radius) {
  const outline = OUTLINES[symbol] ?? OUTLINES.circle
  pen.moveTo(x + radius * outline[0][0], y + radius * outline[0][1])
  for (let i = 1; i < outline.length; i++) pen.lineTo(x + radius * outline[i][0], y + radius * outline[i][1])
  pen.closePath()
}

export function drawMark(pen, symbol, x, y, radius) {
  pen.beginPath()
  addMark(pen, symbol, x, y, radius)
  pen.fill()
  pen.stroke()
}

/** An SVG text of a line sample with its marker, for a legend. */
export function sample(lane, colour) {
  const outline = (OUTLINES[lane.marker] ?? OUTLINES.circle).map(([x, y]) => `${21 + 5 * x},${8 + 5 * y}`).join(" ")
  return (
    `<svg viewBox="0 0 42 16" width="42" height="16" aria-hidden="true">` +
    `<line x1="1" y1="8" x2="41" y2="8" stroke="${colour}" stroke-width="2.6" stroke-dasharray="${lane.dash.join(" ")}"/>` +
    `<polygon points="${outline}" fill="${colour}"/></svg>`
  )
}
