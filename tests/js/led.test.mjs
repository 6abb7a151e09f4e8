import assert from "node:assert/strict"
import { afterEach, beforeEach, mock, test } from "node:test"

import { Company, roomOf } from "../../ravine/web/arena/company.js"
import { Member as Leader } from "../../ravine/web/arena/lead.js"
import { joined, numbersOf, parted } from "../../ravine/web/arena/led.js"
import { closePage, openPage, settled } from "./page.mjs"

test("what is looked at takes the place of what the link says, and nothing is left out by it", () => {
  assert.equal(joined("on=beale&at=3&run=adam&run=lion", { at: "", zoom: "0,1,0,1" }), "on=beale&run=adam&run=lion&zoom=0%2C1%2C0%2C1")
  assert.equal(joined("", { at: "5", turn: undefined }), "at=5")
})

test("a live knob that nobody chose is not written into a link", () => {
  assert.equal(joined("lr=1", { dial: "shared--lr" }), "lr=1")
  assert.equal(joined("dial=start--0", { dial: "shared--lr" }), "dial=shared--lr")
})

test("looks and race part, and come together again", () => {
  const { race, look } = parted("on=typed~text%3Dx%2Bsin%28y%29&at=3&play=0.5&view=panels")
  assert.equal(new URLSearchParams(race).get("on"), "typed~text=x+sin(y)")
  assert.deepEqual(look, { at: "3", zoom: "", eye: "", point: "", play: "0.5" })
  assert.equal(parted(joined(race, look)).race, race)
  assert.deepEqual([numbersOf("1,-2.5"), numbersOf("")], [[1, -2.5], null])
})

test("a code is read however it was typed", () => {
  assert.equal(roomOf("?on=beale&room=ab-c de"), "ABCDE")
  assert.equal(roomOf("?room=../../../state&x"), "STATE")
  assert.equal(roomOf("?on=beale"), "")
})

// The teacher's arena

let page, sent, answers

beforeEach(() => {
  page = openPage()
  Object.assign(page, { createElement: fake, head: fake() })
  page.dispatchEvent = () => true
  page.documentElement = { lang: "en" }
  page.querySelector = () => ({}) // every style is there
  page.hidden = false
  globalThis.window = { addEventListener() {} }
  globalThis.localStorage = storage({ "ravine-room": JSON.stringify({ code: "ABCDE", secret: "s", entry: "e", at: Date.now() }) })
  globalThis.sessionStorage = storage({})
  globalThis.location = { search: "", origin: "", host: "" }
  sent = []
  answers = () => [200, { entry: "e", follow: { link: "", n: 1 } }]
  globalThis.fetch = async (url, { method = "GET", body } = {}) => {
    if (method === "POST") sent.push(JSON.parse(body))
    const [status, told] = answers(url, method)
    return { ok: status < 400, status, headers: new Map([["Retry-After", "5"]]), json: async () => told }
  }
  mock.timers.enable({ apis: ["setTimeout"] })
})

afterEach(() => {
  mock.timers.reset()
  closePage()
  for (const name of ["window", "localStorage", "sessionStorage", "location", "fetch"]) delete globalThis[name]
})

function storage(held) {
  return { getItem: (k) => held[k] ?? null, setItem: (k, v) => (held[k] = v), removeItem: (k) => delete held[k] }
}

function fake() {
  const made = { dataset: {}, children: [], style: {}, addEventListener() {}, setAttribute() {}, contains: () => false, remove() {} }
  return Object.assign(made, { appendChild: (child) => (made.children.push(child), child), append() {}, prepend() {}, replaceChildren() {} })
}

const words = { opened: "{code}", lead: "", leads: "", other: "", leadHere: "", letGo: "", offline: "off" }

function arena() {
  const clock = { playing: false, speed: 1, step: 3 }
  const shown = { at: 3, layout: "overlay" }
  return {
    element: fake(), clock, shown, knob: { shows: "" },
    data: { link: "lr=1", dial: { key: "shared--lr" }, room: { address: "/ravine/room/", css: "x", words } },
    looks: () => ({ layout: "overlay", at: shown.at, zoom: null, eye: null, marks: ["levels"], charts: [], asked: false, dial: { key: "shared--lr" }, point: "" }),
  }
}

async function told(milliseconds) {
  mock.timers.tick(milliseconds)
  for (let k = 0; k < 8; k++) await settled()
}

async function leading() {
  const one = arena(), leader = new Leader(one)
  leader.meet()
  await told(0)
  leader.lead()
  await told(0)
  return [one, leader]
}

const links = () => sent.map(({ link }) => link && Object.fromEntries(new URLSearchParams(link)))

test("nothing is told before the teacher leads", async () => {
  const leader = new Leader(arena())
  leader.meet()
  leader.drawn()
  await told(1000)
  assert.deepEqual(sent, [])
  leader.dispose()
})

test("of what comes quickly the first and the last are told", async () => {
  const [one, leader] = await leading()
  assert.equal(links().at(-1).at, "3")
  for (let k = 4; k < 20; k++) {
    one.shown.at = k
    leader.drawn()
  }
  await told(2000)
  await told(2000)
  assert.deepEqual(links().map(({ at }) => at), ["3", "19"])
  leader.dispose()
})

test("a knob in the hand is told as a turn of the race, until the race has it", async () => {
  const [one, leader] = await leading()
  one.knob.shows = "0.5"
  assert.equal(new URLSearchParams(leader.link).get("shows"), "0.5")
  one.knob.shows = "" // let go: the page has not answered yet
  assert.equal(new URLSearchParams(leader.link).get("shows"), "0.5")
  one.data.link = "lr=0.5"
  assert.equal(new URLSearchParams(leader.link).get("shows"), null)
  one.data.link = "lr=1"
  assert.equal(new URLSearchParams(leader.link).get("shows"), null)
  leader.dispose()
})

test("a race that plays is told once, where from and how fast", async () => {
  const [one, leader] = await leading()
  Object.assign(one.clock, { playing: true, speed: 2, step: 5 })
  const first = leader.link
  one.clock.step = 9
  assert.equal(leader.link, first)
  const { at, play } = Object.fromEntries(new URLSearchParams(first))
  assert.deepEqual([at, play], ["5", "2"])
  one.data.link = "lr=2"
  assert.equal(new URLSearchParams(leader.link).get("at"), "9")
  leader.dispose()
})

test("what does not arrive is told again, and the last one before they are let go", async () => {
  const [one, leader] = await leading()
  answers = (_url, method) => {
    if (method === "POST") throw new TypeError("no line")
    return [200, { entry: "e" }]
  }
  one.shown.at = 7
  leader.drawn()
  await told(300)
  assert.equal(leader.says, "off")
  answers = () => [200, { entry: "e", follow: {} }]
  await told(1100)
  assert.equal(links().at(-1).at, "7")
  one.shown.at = 8
  await leader.letGo()
  assert.deepEqual(links().slice(-2).map((one) => one?.at ?? null), ["8", null])
  await told(5000)
  assert.equal(links().at(-1), null)
  leader.dispose()
})

test("who is let go elsewhere leads no more", async () => {
  const [, leader] = await leading()
  leader.heard({})
  assert.equal(leader.on, true)
  leader.heard({})
  assert.equal(leader.on, false)
  leader.dispose()
})

// Who has which part

test("code comes with a room, and goes with it", async () => {
  const loaded = []
  const member = { meet() {}, dispose: () => loaded.push("gone") }
  const load = async (role) => (loaded.push(role), { Member: function () { return member } })
  globalThis.localStorage = storage({})
  const company = new Company({ data: { room: {} } }, load)
  await company.meet()
  assert.deepEqual(loaded, [])
  globalThis.location.search = "?room=abcde"
  await company.meet()
  await company.meet()
  assert.deepEqual(loaded, ["follow"])
  member.isLed = true
  member.over = () => "theirs"
  assert.equal(company.over("mine"), "theirs")
  globalThis.location.search = ""
  await company.meet()
  assert.deepEqual(loaded, ["follow", "gone"])
  assert.equal(company.over("mine"), "mine")
})
