// Where many answers lie: more dots than the eye can part are shown as a density.

import { drawDots } from "./parts.js"

export const MOST_DOTS = 60

const ACROSS = 96, DOWN = 60 // cells of the picture
const WIDTH = 3.2 // cells: how far an answer reaches (the standard deviation of a normal distribution)

/** How dense `points` lie in the box [[x0, x1], [y0, y1]]: rows of cells from the top, the densest 1. */
export function densityOf(points, [[x0, x1], [y0, y1]]) {
  const cells = new Float64Array(ACROSS * DOWN)
  const reach = Math.ceil(3 * WIDTH)
  for (const [x, y] of points) {
    const a = ((x - x0) / (x1 - x0)) * ACROSS - 0.5, d = ((y1 - y) / (y1 - y0)) * DOWN - 0.5
    for (let j = Math.max(0, Math.ceil(d - reach)); j <= Math.min(DOWN - 1, d + reach); j++) {
      for (let i = Math.max(0, Math.ceil(a - reach)); i <= Math.min(ACROSS - 1, a + reach); i++) {
        cells[j * ACROSS + i] += Math.exp(-((i - a) ** 2 + (j - d) ** 2) / (2 * WIDTH ** 2))
      }
    }
  }
  const most = Math.max(...cells, Number.MIN_VALUE)
  return cells.map((cell) => cell / most)
}

/** The answers of a vote over a picture: as dots, or where they are too many to be told apart, as a density. */
export function lay(picture, question, points) {
  if (points.length <= MOST_DOTS) return drawDots(picture, question, points, "dot")
  picture.insertBefore(heat(points, [question.x, question.y]), picture.querySelector("svg"))
}

/** A canvas to lie over the picture: the denser, the less of the picture shines through. */
function heat(points, box) {
  const canvas = Object.assign(document.createElement("canvas"), { width: ACROSS, height: DOWN, className: "heat" })
  const image = new ImageData(ACROSS, DOWN)
  densityOf(points, box).forEach((cell, i) => image.data.set([88, 24, 120, 215 * cell ** 0.7], 4 * i))
  canvas.getContext("2d").putImageData(image, 0, 0)
  return canvas
}
