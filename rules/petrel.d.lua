---@meta
-- Types of the rule API for editors with lua-language-server: completion, hover texts, warnings.
-- Point the editor here with "workspace.library" in .luarc.json. A test of petrel compares the
-- fields of the classes below with those that the engine really offers.

---@alias petrel.Side "long"|"short"|"buy"|"sell"
---@alias petrel.Phase "onset"|"update"|"single"
---@alias petrel.Strength "weak"|"moderate"|"strong"|"extreme"
---@alias petrel.Pressure "bullish"|"bearish"|"neutral"
---@alias petrel.Level "low"|"medium"|"high"|"extreme"
---@alias petrel.Decision "send"|"hold"|"update"

---What a rule is given. Fresh in every call; a misspelt field raises with the nearest name.
---@class petrel.Input
---@field symbol string canonical name, for example BTC-USDT-PERP
---@field group string symbol group, for example MAJORS
---@field type string alert type under judgement: the type of the finding, or GLOBAL_RADAR
---@field now_s number event time, seconds since 1970 UTC
---@field finding petrel.Finding? what caused this evaluation
---@field storm petrel.Finding? the active finding of the slot "storm"; nil when there is none
---@field cluster petrel.Finding? the active finding of the slot "cluster"; nil when there is none
---@field market petrel.Market
---@field history petrel.History
---@field votes petrel.Votes of voters that are plugins; nil for one that abstains
---@field accuracy petrel.Votes share of right votes, by voter; 0.5 while nothing is known

---By the names of the voters that pack.lua declares; another name raises.
---@alias petrel.Votes table<string, number>

---@class petrel.Finding
---@field type string finding type, for example LIQ_STORM
---@field side petrel.Side position that was liquidated, or side of the aggressor
---@field phase petrel.Phase
---@field volume_usd number
---@field threshold_usd number minimum that it had to reach
---@field events number events in it
---@field price number of the event, or volume-weighted mean
---@field dominance number 0..1, share of the larger side
---@field window_s number length of the window, 0 for a single event
---@field age_s number since its latest event
---@field since_onset_s number since its story began
---@field likely_usd number of a sampled sum: what it probably was; 0: not known
---@field high_usd number what it hardly exceeded (5 % do); 0: no bound is known
---@field sampled boolean a feed in it is a sample: the figures are "at least"

---State of the market of the symbol; 0 where nothing was seen.
---@class petrel.Market
---@field price number
---@field mark_price number
---@field index_price number
---@field funding_rate number
---@field open_interest_usd number
---@field open_interest_change_pct number over the last five minutes
---@field spread_bps number
---@field return_pct number over the last five minutes
---@field volatility_pct number realised, of one-second returns, scaled to one hour
---@field buy_usd number aggressors' volume in the base window
---@field sell_usd number
---@field long_liquidated_usd number over the last five minutes
---@field short_liquidated_usd number
---@field coverage number 0..1, share of the window during which the venues were seen
---@field hour_utc number 0..24, of event time
---@field venues number venues that contributed to the window
---@field sentiment number -1 (bearish) to 1 (bullish), as it was fed; 0: nothing was
---@field news_impact number 0..1, as it was fed with it
---@field sentiment_age_s number since it was fed; -1: nothing was, or it is not valid any more

---@alias petrel.OutcomeWord "hit"|"false_alarm"|"flat"|""

---What the engine remembers of earlier verdicts on the symbol. score.lua knows the last four.
---@class petrel.History
---@field cooldown_s number configured for the alert type
---@field since_last_sent_s number same symbol and alert type; -1 for never
---@field sent_last_hour number alerts of any type for the symbol
---@field story_sent boolean an alert of this very story was sent
---@field outcomes number earlier signals of the same symbol and alert type whose outcome is known
---@field hit_share number 0..1, share of hits among them; 0 when there is none
---@field mean_move_sigma number their mean move with the pressure, in units of volatility
---@field last_outcome petrel.OutcomeWord the latest one; "" when there is none
---@field gain_sigma number mean of the moves with the pressure, others as 0
---@field loss_sigma number mean of those against it, others as 0; positive
---@field least_score number least score of symbol and type since its last alert; -1: none
---@field since_coin_sent_s number type and side the same, another market of the coin; -1 for never

---What score.lua made of the input, as appropriateness.lua reads it.
---@class petrel.Score
---@field total number
---@field pattern string
---@field strength petrel.Strength
---@field pressure petrel.Pressure
---@field volatility petrel.Level
---@field confidence number 0..1, of ensemble.lua; -1 when it is not known
---@field health number 0..1, of ensemble.lua; -1 when it is not known

---Terms of the score, written by name: terms.storm = 0.5. An unwritten one reads as nil.
---@alias petrel.Terms table<string, number>

---score.lua returns one of these: total, pattern, strength, pressure, volatility.
---@alias petrel.ScoreFunction fun(i: petrel.Input, t: petrel.Terms): number, string, ...string

---ensemble.lua returns one of these: confidence and health, 0 to 1, nil for what is not known. It
---writes votes.<voter> and parts.<part of the health>, 0 to 1; one that is not written abstained.
---weights.<voter> is the declared weight until another one is written, 0 to 1000.
---@alias petrel.VoteFunction fun(i: petrel.Input, s: petrel.Score, ...: petrel.Votes): number?, ...

---appropriateness.lua returns one of these: decision, reasons with commas between, a sentence with
---places ({2}: two decimals, {$}: US dollars), and the numbers for the places.
---@alias petrel.JudgeFunction fun(i: petrel.Input, s: petrel.Score): petrel.Decision, string, ...

---Kind of a flow.
---@alias petrel.Flow "trade"|"liquidation"

---Asks the windows of the symbol under judgement, as of the event. What is not known is 0. A span
---is a number of seconds from 1 on that ends with the event; one longer than windows keep is cut.
window = {}

---What flowed: buyers' (or liquidated longs') USD, sellers' (or liquidated shorts') USD, events.
---@param kind petrel.Flow
---@param span_s number
---@param venue? string name as in the configuration; none: all venues
---@return number first_usd
---@return number second_usd
---@return number count
function window.flow(kind, span_s, venue) end

---Share of the larger side, 0..1.
---@param kind petrel.Flow
---@param span_s number
---@param venue? string
---@return number share
function window.dominance(kind, span_s, venue) end

---Volume-weighted mean price in USD.
---@param kind petrel.Flow
---@param span_s number
---@param venue? string
---@return number price
function window.vwap(kind, span_s, venue) end

---Where the USD of both sides stand among earlier spans of that length, and with how many of them
---they were compared: 100 for more than all of them, equal ones count half.
---@param kind petrel.Flow
---@param span_s number at most half of what windows keep
---@param venue? string
---@return number rank 0..100
---@return number compared 0: nothing is known
function window.percentile(kind, span_s, venue) end

---Venues with at least one event.
---@param kind petrel.Flow
---@param span_s number
---@return number count
function window.venues(kind, span_s) end

---Share of the span that was seen, 0..1; of one longer than windows keep at most what they keep.
---@param kind petrel.Flow
---@param span_s number
---@param venue? string
---@return number share
function window.coverage(kind, span_s, venue) end

---Whether a feed in it is a sample: its figures are "at least".
---@param kind petrel.Flow
---@param span_s number
---@return boolean sampled
function window.sampled(kind, span_s) end

---Price now against that when the span began, in percent.
---@param span_s number
---@return number pct
function window.return_pct(span_s) end

---Realised volatility of the complete seconds of the span (at least ten), scaled to one hour.
---@param span_s number
---@return number pct
function window.volatility_pct(span_s) end

---Open interest now against that when the span began, in percent.
---@param span_s number
---@return number pct
function window.open_interest_change_pct(span_s) end

---How two venues' prices moved together, by the second: correlation of their returns at the same
---time, by how many seconds the first one leads (at most 5 either way), and the correlation there.
---@param span_s number
---@param first_venue string
---@param second_venue string
---@return number correlation -1..1
---@return number lead_s
---@return number at_lead
function window.correlation(span_s, first_venue, second_venue) end

---What the rules remember of the symbol under judgement: the numbers that pack.lua declares.
state = {}

---@param name string a key of pack.lua's state
---@return number
function state.get(name) end

---Counts unless the rule fails.
---@param name string a key of pack.lua's state
---@param value number finite
function state.put(name, value) end

---The parameters that pack.lua declares, with the values of the configuration.
---@type table<string, number|boolean>
params = {}

---Says what is checked: "score >=" is a name and one of >= > <= < part needs. Gives a function that
---takes value and limit of each, keeps them with the signal, and answers each that compares.
---Said while the file is loaded; the function is for appropriateness.lua.
---@param ... string
---@return fun(...: number): boolean...
function checks(...) end

---What another file of the pack returns: use("decay"), use("lib/levels").
---@param name string
---@return any
function use(name) end
