// The panels of an arena on another sheet of paper: a slide, a frame of a film, a page that plays by itself.

import { paint, paintField } from "./paint.js"

/** Where the panels stand: how far they are enlarged, and the place of each, for panels of {x, y, width, height}. */
export function placed(panels, room) {
  const wide = Math.max(...panels.map((panel) => panel.x + panel.width))
  const high = Math.max(...panels.map((panel) => panel.y + panel.height))
  const scale = Math.min(room.width / wide, room.height / high)
  const [left, top] = [room.left + (room.width - scale * wide) / 2, room.top + (room.height - scale * high) / 2]
  return { scale, places: panels.map((panel) => [left + scale * panel.x, top + scale * panel.y]) }
}

/** What is above the grounds, with the race at `position`. A panel without a scene draws itself by `shoot(pen, position)`, or
 * holds its paths already.
 */
export function drawPanels(pen, { panels, places, scale }, position) {
  panels.forEach(({ scene, field, shoot }, i) => {
    if (!scene && !shoot) return
    pen.save()
    pen.translate(...places[i])
    pen.scale(scale, scale)
    if (field) paintField(pen, field, scene)
    if (shoot) shoot(pen, position)
    else paint(pen, { ...scene, position })
    pen.restore()
  })
}

/** An image or an SVG text, moved and enlarged. */
export function nested(ground, x, y, scale, { width, height } = {}) {
  const inside = ground.startsWith("data:") ? `<image href="${ground}" width="${width}" height="${height}"/>` : ground
  return `<g transform="translate(${x.toFixed(2)} ${y.toFixed(2)}) scale(${scale.toFixed(4)})">${inside}</g>`
}
