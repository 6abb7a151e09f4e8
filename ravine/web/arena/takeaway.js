// What a visitor can take away as a file: pictures, a film, numbers, a script. Links are in the head of the page.

import { film, kinds, schedule } from "./film.js"
import { button } from "../shared/menu.js"
import { fill } from "../shared/numbers.js"
import { SIZE, Slide } from "./slide.js"

const FILM = { width: 1280, height: 720, rate: 30, seconds: 7 }
const GIF = { ...FILM, rate: 12.5 } // a GIF counts time in hundredths of a second
const TYPED = 90 // characters
const PICTURE = { width: 1920, height: 1080 }

export class Takeaway {
  /** `now()` is what is shown: {data, lanes, theme, marks, panels, picture, clock}. */
  constructor(now, menu) {
    Object.assign(this, { now, menu })
  }

  get words() {
    return this.now().data.words
  }

  /** The address of the race as it is now, in the visitor's language; `more` goes in front of the link. */
  address(more = []) {
    const { data } = this.now()
    const lang = new URLSearchParams(location.search).get("lang")
    const parts = [...more, ...(lang ? [`lang=${encodeURIComponent(lang)}`] : []), ...(data.link ? [data.link] : [])]
    return `${location.origin}${location.pathname}${parts.length ? "?" : ""}${parts.join("&")}`
  }

  open(anchor) {
    const { words } = this
    const { urls, link, layout } = this.now().data
    const tell = (work) => () => this.working(anchor, work)
    const filming = kinds().map(([name, type]) => button(words[name], tell((say, signal) => this.film(name, type, say, signal))))
    const page = button(words.html, tell(() => this.html()))
    if (layout === "3d") Object.assign(page, { disabled: true, title: words.flat_page })
    this.content = [
      button(words.png, tell(() => this.png())),
      button(words.svg, tell(() => this.svg())),
      page,
      button(words.gif, tell((say, signal) => this.gif(say, signal))),
      ...filming,
      file(words.csv, `${urls.csv}?${link}`),
      file(words.script, `${urls.script}?${link}`),
      file(words.parcel, `${urls.parcel}?${link}`),
    ]
    if (this.now().data.embedded) this.content.unshift(elsewhere(words.whole_page, this.address()))
    this.note = Object.assign(document.createElement("p"), { className: "rv-said" })
    this.note.setAttribute("role", "status")
    this.menu.open(anchor, words.take, [items(this.content), this.note])
  }

  /** Do something that takes time, with a bar that shows how far it is and a button that stops it. */
  async working(anchor, work) {
    const { words, note: home } = this
    const stop = new AbortController()
    const bar = Object.assign(document.createElement("progress"), { max: 1 })
    const note = Object.assign(document.createElement("span"), { className: "rv-said" })
    note.setAttribute("role", "status")
    const say = (share) => {
      bar.value = share
      note.textContent = fill(words.filming, { percent: Math.round(100 * share) })
    }
    home.replaceChildren(bar, note, button(words.stop, () => stop.abort()))
    const closed = (event) => event.newState === "closed" && stop.abort()
    this.menu.element.addEventListener("toggle", closed)
    try {
      await work(say, stop.signal)
      home.replaceChildren()
    } catch (error) {
      if (error.name !== "AbortError") console.warn(error)
      home.textContent = error.name === "AbortError" ? "" : fill(words.failed, { why: error.message })
    } finally {
      this.menu.element.removeEventListener("toggle", closed)
    }
  }

  async svg() {
    save(new Blob([(await this.slide()).document(this.position)], { type: "image/svg+xml" }), this.name("svg"))
  }

  async png() {
    const picture = await painted((await this.slide()).document(this.position))
    const canvas = Object.assign(document.createElement("canvas"), PICTURE)
    canvas.getContext("2d").drawImage(picture, 0, 0, PICTURE.width, PICTURE.height)
    save(await new Promise((done) => canvas.toBlob(done, "image/png")), this.name("png"))
  }

  /** A page in one file that plays the race. */
  async html() {
    const { offline } = await import("./offline.js")
    const { data, clock, picture } = this.now()
    const accent = getComputedStyle(picture).getPropertyValue("--st-primary-color").trim()
    const lang = new URLSearchParams(data.ground).get("lang").replace("_", "-")
    const more = { lang, accent, link: this.address(), at: clock.atEnd ? null : clock.step }
    save(new Blob([await offline({ ...(await this.shown()), ...more })], { type: "text/html" }), this.name("html"))
  }

  async film(name, type, say, signal) {
    const reel = await this.reel(FILM)
    save(await film({ ...reel, type, onProgress: say, signal }).finally(reel.end), this.name(name))
  }

  async gif(say, signal) {
    const { gif } = await import("./gif.js")
    const reel = await this.reel(GIF)
    save(await gif({ ...reel, onProgress: say, signal }).finally(reel.end), this.name("gif"))
  }

  /** The run from its start to its end, with a second of rest at both: {width, height, rate, frames, draw}, until its `end()`. */
  async reel({ width, height, rate, seconds }) {
    const slide = await this.slide("moving")
    const background = await painted(slide.background())
    const positions = schedule(this.now().clock.steps, seconds, rate)
    const draw = (context, k) => {
      context.setTransform(width / SIZE.width, 0, 0, height / SIZE.height, 0, 0)
      context.drawImage(background, 0, 0, SIZE.width, SIZE.height)
      slide.draw(context, positions[k])
    }
    return { width, height, rate, frames: positions.length, draw, end: () => slide.end() }
  }

  get position() {
    return this.now().clock.position
  }

  name(kind) {
    return `ravine-${new URLSearchParams(this.now().data.ground).get("on").split("~")[0]}.${kind}`
  }

  async slide(how) {
    return new Slide(await this.shown(how))
  }

  /** What the arena shows now, as `Slide` takes it, with a description of the picture: its panels "still" or "moving", which they
   * do until the slide's `end()`.
   */
  async shown(how = "still") {
    const { data, lanes, theme, marks, panels: standing, picture } = this.now()
    const home = picture.getBoundingClientRect()
    const panels = await Promise.all(
      standing.map(async (panel) => {
        const box = panel.ground.getBoundingClientRect()
        return { x: box.left - home.left, y: box.top - home.top, width: box.width, height: box.height, ...(await panel[how]()) }
      }),
    )
    const [left, top] = [Math.min(...panels.map((p) => p.x)), Math.min(...panels.map((p) => p.y))]
    for (const panel of panels) Object.assign(panel, { x: panel.x - left, y: panel.y - top })
    const description = standing.map((panel) => panel.ground.getAttribute("aria-label")).join(" ")
    const { words, title, sentence, curves, steps } = data
    return { panels, lanes, theme, marks, words, title, sentence, description, address: this.typed(), code: await this.code(), first: curves[0], steps }
  }

  /** The address, as somebody may type it; nothing where it is too long: a part of it would lead to another race. */
  typed() {
    const address = this.address().replace(/^https?:\/\//, "")
    return address.length > TYPED ? "" : address
  }

  /** The QR code of the address as SVG text; nothing where it is too long for one. */
  async code() {
    const answer = await fetch(`${this.now().data.urls.qr}?text=${encodeURIComponent(this.address())}`)
    return answer.ok ? answer.text() : ""
  }
}

function items(elements) {
  const made = document.createElement("div")
  made.className = "rv-items"
  made.append(...elements)
  return made
}

function file(text, href) {
  const made = Object.assign(document.createElement("a"), { href, textContent: text })
  made.setAttribute("download", "")
  return made
}

function elsewhere(text, href) {
  return Object.assign(document.createElement("a"), { href, textContent: text, target: "_blank", rel: "noopener" })
}

function save(blob, name) {
  const href = URL.createObjectURL(blob)
  Object.assign(document.createElement("a"), { href, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(href), 60_000)
}

/** An SVG document as an image that can be drawn. */
async function painted(svg) {
  const image = new Image()
  image.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }))
  await image.decode()
  URL.revokeObjectURL(image.src)
  return image
}
