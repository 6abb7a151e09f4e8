// What comes over HTTP: plotly.js and figures, each kept so that it is asked for once.

import { Fan } from "./fan.js"
import { unpacked } from "./table.js"

const bundles = new Map()
const figures = new Map()
const styles = new Map()
const MOST_FIGURES = 60
const PATIENCE = 8000 // milliseconds that a picture may take

/** The Plotly of the script at `url`. There are two, one for flat pictures and one for all; each keeps what it has drawn. */
export function loadPlotly(url) {
  if (!bundles.has(url)) bundles.set(url, scripted(url))
  return bundles.get(url)
}

function scripted(url) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script")
    script.src = url
    script.onload = () => resolve(window.Plotly) // it runs right after its own script, before any other
    script.onerror = () => {
      bundles.delete(url)
      script.remove()
      reject(new Error(`plotly.js did not load from ${url}`))
    }
    document.head.append(script)
  })
}

/** A style sheet, once a page: whether it is there. One that did not come is asked for again. */
export function loadStyle(url) {
  if (!styles.has(url)) styles.set(url, styled(url))
  return styles.get(url)
}

function styled(url) {
  return new Promise((resolve) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: url })
    link.onload = () => resolve(true)
    link.onerror = () => {
      styles.delete(url)
      link.remove()
      resolve(false)
    }
    document.head.append(link)
  })
}

/** A figure, or a list of figures, as JSON. */
export function loadFigure(url) {
  if (!figures.has(url)) {
    if (figures.size >= MOST_FIGURES) figures.delete(figures.keys().next().value)
    const answer = fetch(url).then((response) => {
      if (!response.ok) throw new Error(`${response.status} from ${url}`)
      return response.json()
    })
    answer.catch(() => figures.delete(url))
    figures.set(url, answer)
  }
  return figures.get(url)
}

/** A preview of a race: the one at `url` with one slider, `turn` [key, text], moved. As `fetchPicture`. */
export function fetchRace(url, [key, shows]) {
  return fetchPicture(`${url}&turn=${encodeURIComponent(key)}&shows=${encodeURIComponent(shows)}`)
}

/** The race at `url`. Null when there is none; rejects when the server has no time to say so. */
export async function fetchPicture(url) {
  const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) })
  if (answer.status >= 429) throw new Error(`${answer.status} from ${url}`)
  return answer.status === 200 ? unpacked(await answer.arrayBuffer()) : null
}

/** The fan of a race's live knob. Its shape is the race's: {lanes, stops, steps, view}. */
export async function fetchFan(url, shape) {
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`${answer.status} from ${url}`)
  return new Fan(new Uint16Array(await answer.arrayBuffer()), shape)
}
