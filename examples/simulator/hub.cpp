// Delivery of frames, with the faults that were asked for.
#include "hub.hpp"

#include <algorithm>

namespace petrel::sim {

std::optional<Hub::StreamId> Hub::stream(const StreamTag& tag) {
    if (const auto known = ids_.find(tag.name); known != ids_.end()) {
        return known->second;
    }
    if (streams_.size() >= kStreamsMax) {
        return std::nullopt;
    }
    const auto id = static_cast<StreamId>(streams_.size());
    streams_.push_back({tag, {}, 0});
    ids_.emplace(tag.name, id);
    return id;
}

std::optional<Hub::StreamId> Hub::find(const std::string& name) const {
    const auto known = ids_.find(name);
    return known == ids_.end() ? std::nullopt : std::optional(known->second);
}

void Hub::open(Client& client, Form form) {
    auto& lane = lanes_[&client];
    lane.form = form;
    lane.number = ++counters_.connections_total;
}

void Hub::closed(Client& client) {
    const auto lane = lanes_.find(&client);
    if (lane == lanes_.end()) {
        return;
    }
    for (const auto id : lane->second.streams) {
        std::erase(streams_[id].subscribers, &client);
    }
    give_up_delayed(lane->second);
    lanes_.erase(lane);
}

void Hub::subscribe(Client& client, StreamId id) {
    auto& mine = lanes_[&client].streams;
    if (std::ranges::find(mine, id) == mine.end()) {
        mine.push_back(id);
        streams_[id].subscribers.push_back(&client);
    }
}

void Hub::unsubscribe(Client& client, StreamId id) {
    std::erase(lanes_[&client].streams, id);
    std::erase(streams_[id].subscribers, &client);
}

// The text is made at most once for each form, whatever the number of clients.
Fate Hub::publish(StreamId id, const std::string& data, const Cargo& cargo) {
    auto& stream = streams_[id];
    Fate best;
    FrameText bare;
    FrameText wrapped;
    for (Client* client : stream.subscribers) {
        auto& lane = lanes_[client];
        FrameText& text = lane.form == Form::Bare ? bare : wrapped;
        if (!text) {
            text = std::make_shared<const std::string>(
                lane.form == Form::Bare ? data : wrap_(stream.tag.name, data));
        }
        ++stream.sent;
        const Fate fate = deliver(*client, lane, {text, &stream.tag, cargo});
        best = best.sent ? best : fate;
    }
    return best;
}

Fate Hub::publish_to(Client& client, StreamId id, const std::string& data, const Cargo& cargo) {
    auto& stream = streams_[id];
    auto& lane = lanes_[&client];
    ++stream.sent;
    return deliver(client, lane,
                   {std::make_shared<const std::string>(
                        lane.form == Form::Bare ? data : wrap_(stream.tag.name, data)),
                    &stream.tag, cargo});
}

void Hub::answer(Client& client, std::string text) {
    (void)deliver(client, lanes_[&client],
                  {std::make_shared<const std::string>(std::move(text)), nullptr});
}

std::size_t Hub::send_raw(StreamId id, const std::string& raw) {
    const auto text = std::make_shared<const std::string>(raw);
    for (Client* client : streams_[id].subscribers) {
        ++streams_[id].sent;
        enqueue(*client, lanes_[client], {text, nullptr}, 0);
    }
    return streams_[id].subscribers.size();
}

void Hub::broadcast(const std::string& raw) {
    const auto text = std::make_shared<const std::string>(raw);
    for (auto& [client, lane] : lanes_) {
        enqueue(*client, lane, {text, nullptr}, 0);
    }
}

Fate Hub::deliver(Client& client, Lane& lane, const Frame& frame) {
    if (lane.doomed) {
        return {.sent = false, .reason = "the connection was ended"};
    }
    if (faults_.empty()) {
        enqueue(client, lane, frame, 0);
        return {.sent = true};
    }
    FaultSubject subject{.venue = venue_, .connection = lane.number, .path = client.upgrade().path};
    if (frame.tag == nullptr) {
        subject.frame_class = FrameClass::Answer;
    } else {
        const bool of_many = frame.tag->symbol.empty();
        subject.symbol = of_many ? frame.cargo.symbol : std::string_view(frame.tag->symbol);
        subject.native = of_many ? frame.cargo.native : std::string_view(frame.tag->native);
        subject.channel = frame.tag->channel;
    }
    return obey(client, lane, faults_.judge(subject, now_s_), frame);
}

Fate Hub::obey(Client& client, Lane& lane, const FaultVerdict& verdict, const Frame& frame) {
    const Fate withheld{.sent = false, .reason = verdict.withheld_by};
    if (verdict.cut) {
        lane.doomed = true;
        client.cut();
        return withheld;
    }
    if (verdict.close_code != 0) {
        lane.doomed = true;
        client.close(static_cast<std::uint16_t>(verdict.close_code), "asked for by a fault");
        return withheld;
    }
    if (verdict.swallow) {
        ++counters_.frames_swallowed;
        return withheld;
    }
    if (verdict.garbage) {
        enqueue(client, lane,
                {std::make_shared<const std::string>(faults_.garbage(*frame.text)), nullptr},
                verdict.delay_ms);
    }
    if (verdict.hold && !lane.held) {
        lane.held = frame.text;
        return {.sent = true};
    }
    enqueue(client, lane, frame, verdict.delay_ms);
    if (verdict.duplicate) {
        enqueue(client, lane, {frame.text, nullptr}, verdict.delay_ms);
    }
    return {.sent = true};
}

// Once a frame is held back, those after it wait behind it: a slow link keeps the order.
void Hub::enqueue(Client& client, Lane& lane, const Frame& frame, int delay_ms) {
    if (delay_ms == 0 && lane.delayed.empty()) {
        put(client, lane, frame.text);
        return;
    }
    const double due_s = now_s_ + delay_ms / 1000.0;
    lane.delayed_bytes += frame.text->size();
    lane.delayed.push_back(
        {lane.delayed.empty() ? due_s : std::max(due_s, lane.delayed.back().due_s),
         frame.text,
         {frame.cargo.events.begin(), frame.cargo.events.end()}});
    if (lane.delayed_bytes > Client::kQueueBytesMax) {
        give_up_delayed(lane);
        count_slow_client();
        client.cut();
    }
}

void Hub::give_up_delayed(Lane& lane) {
    for (const auto& delayed : lane.delayed) {
        if (ledger_) {
            ledger_->lost(delayed.events);
        }
    }
    lane.delayed.clear();
    lane.delayed_bytes = 0;
}

void Hub::put(Client& client, Lane& lane, FrameText text) {
    ++counters_.frames_sent;
    client.send(std::move(text));
    if (lane.held) {
        ++counters_.frames_sent;
        client.send(std::exchange(lane.held, nullptr));
    }
}

void Hub::tick() {
    for (auto& [client, lane] : lanes_) {
        while (!lane.delayed.empty() && lane.delayed.front().due_s <= now_s_) {
            FrameText text = std::move(lane.delayed.front().frame);
            lane.delayed.pop_front();
            lane.delayed_bytes -= text->size();
            put(*client, lane, std::move(text));
        }
    }
}

void Hub::apply(const FaultRule& rule) {
    for (auto& [client, lane] : lanes_) {
        if (lane.doomed || !concerns(rule, *client, lane)) {
            continue;
        }
        lane.doomed = true;
        faults_.count(rule.kind);
        if (rule.kind == FaultKind::Drop) {
            client->cut();
        } else {
            client->close(static_cast<std::uint16_t>(rule.code), "asked for by a fault");
        }
    }
}

bool Hub::concerns(const FaultRule& rule, const Client& client, const Lane& lane) const {
    if ((rule.venue && *rule.venue != venue_) || !client.upgrade().path.starts_with(rule.path) ||
        (rule.connection != 0 && rule.connection != lane.number)) {
        return false;
    }
    if (rule.symbol.empty() && rule.channel.empty()) {
        return true;
    }
    return std::ranges::any_of(lane.streams, [&](StreamId id) {
        const auto& tag = streams_[id].tag;
        return (rule.symbol.empty() || rule.symbol == tag.symbol || rule.symbol == tag.native) &&
               (rule.channel.empty() || rule.channel == tag.channel);
    });
}

void Hub::ping_all() {
    for (auto& [client, lane] : lanes_) {
        client->ping();
    }
}

void Hub::close_all(std::uint16_t code, std::string_view reason) {
    for (auto& [client, lane] : lanes_) {
        client->close(code, reason);
    }
}

std::vector<Hub::Connection> Hub::connection_list() const {
    std::vector<Connection> all;
    for (const auto& [client, lane] : lanes_) {
        all.push_back({lane.number, client->upgrade().path, lane.streams.size()});
    }
    std::ranges::sort(all, {}, &Connection::number);
    return all;
}

std::size_t Hub::subscriptions() const {
    std::size_t count = 0;
    for (const auto& [client, lane] : lanes_) {
        count += lane.streams.size();
    }
    return count;
}

std::size_t Hub::queued_bytes_max() const {
    std::size_t most = 0;
    for (const auto& [client, lane] : lanes_) {
        most = std::max(most, client->queued_bytes() + lane.delayed_bytes);
    }
    return most;
}

}  // namespace petrel::sim
