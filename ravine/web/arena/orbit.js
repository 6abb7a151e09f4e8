// Where the eye stands that looks at the relief: around its middle, never below the ground and never inside the hill. A
// view is {azimuth, elevation, distance}, in radians and in sides of the scene; the middle is {x, y, z}.

const DEGREE = Math.PI / 180
export const LOWEST = 8 * DEGREE // from here the far side of a valley is still seen
export const HIGHEST = 90 * DEGREE // from right above, as the flat picture is seen
export const NEAREST = 0.9 // nearer the eye would be inside the box of a scene that is high as well as wide
export const FARTHEST = 4
const RATE = 0.3 * DEGREE // a pixel

const between = (value, low, high) => Math.max(low, Math.min(high, value))

/** The view, inside its limits. */
function held({ azimuth, elevation, distance }) {
  return { azimuth, elevation: between(elevation, LOWEST, HIGHEST), distance: between(distance, NEAREST, FARTHEST) }
}

/** The view of an eye at {x, y, z}; one that stands where no eye may is brought to the nearest place. */
export function viewOf(eye, middle) {
  const [x, y, z] = ["x", "y", "z"].map((axis) => eye[axis] - middle[axis])
  const distance = Math.hypot(x, y, z)
  return held({ azimuth: Math.atan2(y, x), elevation: distance ? Math.asin(z / distance) : HIGHEST, distance })
}

/** The eye of a view. */
export function eyeOf({ azimuth, elevation, distance }, middle) {
  const aside = distance * Math.cos(elevation)
  return { x: middle.x + aside * Math.cos(azimuth), y: middle.y + aside * Math.sin(azimuth), z: middle.z + distance * Math.sin(elevation) }
}

/** What is upwards for the eye: there is an answer from right above, too. */
export function upOf({ azimuth, elevation }) {
  const aside = -Math.sin(elevation)
  return { x: aside * Math.cos(azimuth), y: aside * Math.sin(azimuth), z: Math.cos(elevation) }
}

/** After the scene was dragged by so many pixels to the right and down. */
export function turned(view, right, down) {
  return held({ ...view, azimuth: view.azimuth - right * RATE, elevation: view.elevation + down * RATE })
}

/** At `factor` times the distance. */
export function away(view, factor) {
  return held({ ...view, distance: view.distance * factor })
}

/** A share `t` of the way from one view to another, the short way around. */
export function onTheWay(from, to, t) {
  const around = to.azimuth - from.azimuth
  const short = around - 2 * Math.PI * Math.round(around / (2 * Math.PI))
  const part = (name) => from[name] + t * (to[name] - from[name])
  return { azimuth: from.azimuth + t * short, elevation: part("elevation"), distance: part("distance") }
}
