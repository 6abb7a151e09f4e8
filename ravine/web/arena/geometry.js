// Plane geometry for drawing paths in a frame. A box is [left, right, bottom, top], a point is [x, y].

const FAR = 1e12 // a segment this many boxes long that starts outside: floats do not tell where it comes in

/** The part of the segment p-q inside the box, as [p', q'], or null (Liang and Barsky, 1984). */
export function clip(p, q, [left, right, bottom, top]) {
  const dx = q[0] - p[0]
  const dy = q[1] - p[1]
  let from = 0
  let to = 1
  for (const [speed, room] of [[-dx, p[0] - left], [dx, right - p[0]], [-dy, p[1] - bottom], [dy, top - p[1]]]) {
    if (speed === 0 && room < 0) return null
    if (speed < 0) from = Math.max(from, room / speed)
    if (speed > 0) to = Math.min(to, room / speed)
  }
  if (!(from <= to) || (from > 0 && Math.hypot(dx, dy) > FAR * (right - left))) return null
  const at = (t) => [p[0] + t * dx, p[1] + t * dy]
  return [from === 0 ? p : at(from), to === 1 ? q : at(to)]
}

export function inside([x, y], [left, right, bottom, top]) {
  return x >= left && x <= right && y >= bottom && y <= top
}

/** Where a path is after `position` steps (a fraction is between two steps), or null once it is no number. */
export function pointAt(path, position) {
  const k = Math.min(Math.floor(position), path.x.length - 1)
  const here = [path.x[k], path.y[k]]
  const rest = position - k
  if (rest === 0 || k + 1 >= path.x.length) return finite(here)
  const next = [path.x[k + 1], path.y[k + 1]]
  return finite([here[0] + rest * (next[0] - here[0]), here[1] + rest * (next[1] - here[1])])
}

/** The pieces of a path, up to `position`, that lie in the box: a list of polylines. It ends at the last number. */
export function trail(path, position, box) {
  const lines = []
  let line = null
  for (const [p, q] of segments(path, position)) {
    const part = clip(p, q, box)
    if (!part) {
      line = null
      continue
    }
    if (!line || part[0] !== p) lines.push((line = [part[0]]))
    line.push(part[1])
    if (part[1] !== q) line = null
  }
  return lines
}

/** Where a path went out of the box for good, as far as it has come: {at, towards, step}, or null. */
export function exit(path, position, box) {
  let last = null
  let step = 0
  for (const [p, q] of segments(path, position)) {
    step += 1
    if (inside(q, box)) last = null
    else if (!last) {
      const part = clip(p, q, box)
      if (part) last = { at: part[1], towards: [q[0] - p[0], q[1] - p[1]], step: Math.min(step, path.x.length - 1) }
    }
  }
  return last
}

/** A point, moved into the box when it is outside. */
export function within([x, y], [left, right, bottom, top]) {
  return [Math.max(left, Math.min(right, x)), Math.max(bottom, Math.min(top, y))]
}

/** The smallest box with some room that holds `box` and every point of the paths that a window may hold. */
export function around(paths, box, most = 4e5) {
  const found = [...box]
  for (const { x, y } of paths) {
    for (let k = 0; k < x.length && Math.abs(x[k]) < most && Math.abs(y[k]) < most; k++) {
      found[0] = Math.min(found[0], x[k])
      found[1] = Math.max(found[1], x[k])
      found[2] = Math.min(found[2], y[k])
      found[3] = Math.max(found[3], y[k])
    }
  }
  return found.every((v, i) => v === box[i]) ? box : scaled(found, 1.1)
}

/** The middle of those points that are in the box; of the box itself, when there are none. */
export function middle(points, box) {
  const seen = points.filter((point) => point && inside(point, box))
  if (!seen.length) return [(box[0] + box[1]) / 2, (box[2] + box[3]) / 2]
  return [0, 1].map((axis) => seen.reduce((sum, point) => sum + point[axis], 0) / seen.length)
}

/** Whether a box is a window that a link may hold: a millionth to a million wide and high. */
export function isWindow([left, right, bottom, top]) {
  const fits = (size) => size >= 1e-6 && size <= 1e6
  return fits(right - left) && fits(top - bottom) && [left, right, bottom, top].every((v) => Math.abs(v) <= 1e6)
}

/** `box` made `factor` times as large, around its middle or another place. */
export function scaled(box, factor, [x, y] = middle([], box)) {
  const [left, right, bottom, top] = box
  const w = ((right - left) / 2) * factor
  const h = ((top - bottom) / 2) * factor
  return [x - w, x + w, y - h, y + h]
}

function* segments(path, position) {
  const whole = Math.min(Math.floor(position), path.x.length - 1)
  let p = finite([path.x[0], path.y[0]])
  for (let k = 1; k <= whole && p; k++) {
    const q = finite([path.x[k], path.y[k]])
    if (!q) return
    yield [p, q]
    p = q
  }
  const end = p && position > whole ? pointAt(path, position) : null
  if (end) yield [p, end]
}

function finite(point) {
  return Number.isFinite(point[0]) && Number.isFinite(point[1]) ? point : null
}
