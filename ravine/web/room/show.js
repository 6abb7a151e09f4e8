// The page of the projector: all on one screen, readable from the last row. With the room's secret a teacher steers from here.

import { Board } from "./board.js"
import { forgetRoom, keepRoom, knownRoom, places, steer } from "./known.js"
import { element, fill } from "./parts.js"
import { Steps } from "./steps.js"
import { Watch } from "./watch.js"

const { base, qr, follows, words } = JSON.parse(document.body.dataset.told)
const root = document.getElementById("room")
const HELD = "ravine-show" // what this tab was opened with
const NEXT = new Set([" ", "ArrowRight", "PageDown"]) // the last is what a presenter's remote control sends
const TIGHT = 5 // how often the page may be made tighter, until all is on one screen

const room = opened()
const key = room?.secret ?? room?.projector ?? ""
let board = null, watch = null, said = "", shownWait = false
const steps = new Steps(follows, words, step)
const line = element("p", { className: "offline", role: "alert", hidden: true })
const phase = element("p", { className: "phase", role: "status" })
const bar = element("footer", { className: "foot" }, [phase, steps.element])

if (room) begin()
else nothing(words.noRoom)

/** The room of the address. Its secret leaves the address: that is on the wall as well. */
function opened() {
  const given = new URLSearchParams(location.hash.slice(1))
  const code = given.get("c"), known = knownRoom()
  const more = Object.fromEntries([["secret", given.get("s")], ["projector", given.get("p")]].filter(([, value]) => value))
  if (given.has("s")) history.replaceState(null, "", `${location.pathname}${location.search}#c=${encodeURIComponent(code)}`)
  const held = { ...before(code), ...more, code }
  if (code && (held.secret || held.projector)) {
    try {
      sessionStorage.setItem(HELD, JSON.stringify(held))
    } catch {
      // a page that is opened anew asks for its link
    }
    return known?.code === code ? { ...known, ...held } : held
  }
  return known && (!code || known.code === code) ? known : code ? held : null
}

function before(code) {
  try {
    const held = JSON.parse(sessionStorage.getItem(HELD))
    return held?.code === code ? held : {}
  } catch {
    return {}
  }
}

function begin() {
  board = new Board(base, room, key, words)
  watch = new Watch(base, room, key, { heard, line: offline, over: nothing })
  if (room.secret) document.addEventListener("keydown", pressed)
  window.addEventListener("resize", () => fit())
}

function pressed(event) {
  if (event.repeat || !NEXT.has(event.key) || event.target.closest?.("button, a, input")) return
  event.preventDefault()
  steps.next()
}

async function step(to) {
  try {
    watch.take(await steer(base, room, { do: to }))
  } catch (error) {
    offline(error.status ? error.message : true)
    watch.soon()
  }
}

function offline(says) {
  line.textContent = says === true ? words.offline : says
  line.hidden = !says
}

function nothing(says) {
  if (says && says !== words.noRoom && room?.secret && knownRoom()?.code === room.code) forgetRoom()
  root.replaceChildren(element("div", { className: "alone" }, [element("h1", {}, words.title), element("p", { role: "status" }, says)]))
}

async function heard(state) {
  root.dataset.phase = state.phase
  if (room.secret) keepRoom({ code: room.code, secret: room.secret, entry: state.entry })
  const taking = ["ask", "again", "happened"].includes(state.phase) && state.question
  phase.textContent = [room.code, words.phases[state.phase], ...answers(state)].join(" · ")
  if (room.secret) steps.show(state.phase, Boolean(state.question?.fates))
  if (state.question) await board.show(state)
  if (watch.state !== state) return
  const now = state.question ? (taking ? "open" : "closed") : "wait"
  if (now !== said) lay(now)
  said = now
  const count = document.getElementById("count")
  if (count) count.textContent = String(state.count ?? 0)
  fit()
}

function answers({ tally, count }) {
  const last = Object.values(tally ?? {}).at(-1)
  const n = last?.n ?? count
  return n === undefined ? [] : [fill(words.answered, { n })]
}

function lay(now) {
  const main = now === "wait" ? entrance() : now === "open" ? [board.element, corner()] : [board.element]
  root.className = `room show ${now}`
  root.replaceChildren(line, element("div", { className: "stage" }, main), bar)
}

/** How to get in: large, while there is nothing else to see. */
function entrance() {
  const { typed } = places(base, room)
  return [
    element("div", { className: "how" }, [
      element("h1", {}, words.join), element("p", {}, words.scan), element("p", { className: "typed" }, typed),
      element("p", {}, words.code), element("p", { className: "code" }, room.code),
    ]),
    code(),
  ]
}

function corner() {
  const count = element("p", { id: "count", className: "count" }, "0")
  return element("aside", {}, [count, element("p", {}, words.answeredShort), code(), element("p", { className: "code" }, room.code)])
}

function code() {
  const image = element("img", { className: "qr", alt: words.qr })
  image.src = `${qr}?text=${encodeURIComponent(places(base, room).phones)}`
  return image
}

/** Everything is on one screen: where it is not, the picture gives way first, then the type. */
function fit() {
  const stage = root.querySelector(".stage")
  if (!stage) return
  delete stage.dataset.tight
  for (let tight = 1; tight <= TIGHT && over(stage); tight++) stage.dataset.tight = tight
}

function over(stage) {
  const inner = [stage, ...stage.querySelectorAll(".board, .parts, .chart")]
  return inner.some((one) => one.scrollHeight > one.clientHeight + 2 || one.scrollWidth > one.clientWidth + 2)
}
