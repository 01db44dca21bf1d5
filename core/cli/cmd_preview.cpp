// Makes the notifiers that the configuration names, lets each build its message, and sends none.
#include "cli/cmd_preview.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "card/card.hpp"
#include "cli/command_options.hpp"
#include "cli/config_source.hpp"
#include "cli/delivery_check.hpp"
#include "cli/preview_text.hpp"
#include "cli/sample_alert.hpp"
#include "cli/signal_query.hpp"
#include "config/closest.hpp"
#include "notifier/channel.hpp"
#include "outbox/alert_codec.hpp"
#include "outbox/pictures.hpp"
#include "pipeline_store.hpp"
#include "plugin/plugin_instance.hpp"
#include "plugin/plugin_setup.hpp"
#include "runtime/human.hpp"
#include "secrets/secret_reader.hpp"

namespace petrel::core {
namespace {

using Json = nlohmann::ordered_json;

// A configured channel; the instance writes its messages.
struct PreviewChannel {
    const PlannedPlugin* planned = nullptr;
    Result<NotifierInstance> made;
    SampleChannel about;

    [[nodiscard]] NotifierHandle handle() const {
        return {planned->name, &made->table(), made->handle()};
    }
};

// One message of one channel; without a method the channel writes it itself when it delivers.
struct Preview {
    std::string channel;
    std::string plugin;
    PreviewRequest request;
    std::string trouble;
};

bool is_id(const std::string& word) { return word == "last" || word.starts_with("sig-"); }

// As it was composed when the signal was admitted.
Result<AlertText> stored_alert(const Config& config, const std::string& id_prefix) {
    const Result<std::string> document = query_signal(config, id_prefix);
    if (!document.ok()) {
        return document.status();
    }
    const Json signal = Json::parse(*document, nullptr, false);
    const std::string id = signal.is_object() ? signal.value("id", "") : "";
    const Result<StorePlace> place = store_place(config);
    if (!place.ok()) {
        return place.status();
    }
    const auto database = Database::open(*place, Database::Access::Read);
    if (!database.ok()) {
        return database.status();
    }
    const Result<std::vector<NotificationRow>> rows = (*database)->notifications(id);
    if (!rows.ok()) {
        return rows.status();
    }
    if (rows->empty()) {
        return Status::invalid(id + " was told to no channel, so there is no message of it");
    }
    // Only rows of channels with pictures keep what is drawn: the longest first one has all.
    const auto fullest = std::max_element(rows->begin(), rows->end(), [](auto& a, auto& b) {
        const bool first = a.phase == "new";
        return first == (b.phase == "new") ? a.payload.size() < b.payload.size() : !first;
    });
    return decode_alert(fullest->payload);
}

std::vector<std::string> secrets_of(const PlannedPlugin& planned) {
    std::vector<std::string> secrets;
    for (const auto& [name, value] : planned.values.values) {
        if (value.is_secret) {
            Result<std::string> secret = read_secret(value.secret);
            if (secret.ok() && !secret->empty()) {
                secrets.push_back(std::move(*secret));
            }
        }
    }
    // A long one may hold a short one.
    std::sort(secrets.begin(), secrets.end(),
              [](const auto& a, const auto& b) { return a.size() > b.size(); });
    return secrets;
}

Preview preview_of(const PreviewChannel& channel, const SampleMessage& message,
                   const std::string& card) {
    const AlertText& alert = message.alert;
    Preview preview;
    preview.channel = channel.planned->name;
    preview.plugin = channel.planned->plugin->name;
    if (!channel.made.ok()) {
        preview.trouble = channel.made.status().message();
        return preview;
    }
    const NotifierHandle handle = channel.handle();
    if (handle.table->build == nullptr || !message.never.empty()) {
        return preview;
    }
    Delivery delivery;
    delivery.alert = alert;
    delivery.row.signal_id = alert.id.substr(0, alert.id.find_first_of("/#"));
    delivery.row.created_ns = alert.at_ns;
    delivery.row.phase = message.phase;
    delivery.first_provider_id = message.first_provider_id;
    const AlertForPlugin told(delivery, alert.at_ns, card);
    petrel_notifier_request built{};
    built.size = sizeof(built);
    petrel_error error{};
    error.size = sizeof(error);
    if (handle.table->build(handle.instance, &told.alert(), &built, &error) < 0) {
        preview.trouble = error.text;
        return preview;
    }
    PreviewRequest request{
        string_of(built.method), string_of(built.url), {}, string_of(built.body)};
    for (std::uint32_t i = 0; i < built.header_count; ++i) {
        request.headers.emplace_back(string_of(built.headers[i].name),
                                     string_of(built.headers[i].value));
    }
    preview.request = masked_request(std::move(request), secrets_of(*channel.planned));
    return preview;
}

std::string plain_lines(const AlertText& alert) {
    std::string text = alert.headline + "\n";
    for (const auto& [name, value] : alert.fields) {
        text += name + ": " + value + "\n";
    }
    return text + alert.footer + "\n";
}

void print_text(const std::string& kind, const SampleMessage& message, const Preview& preview,
                std::ostream& out) {
    const AlertText& alert = message.alert;
    out << "== " << preview.channel << " · " << kind << "\n";
    if (!preview.trouble.empty()) {
        out << "error: " << preview.trouble << "\n\n";
    } else if (!message.never.empty()) {
        out << "(nothing: " << message.never << ")\n\n";
    } else if (preview.request.method.empty()) {
        out << "(this channel words its message by itself; it gets these lines)\n"
            << plain_lines(alert) << "\n";
    } else {
        out << preview.request.method << " " << preview.request.url << "\n";
        for (const auto& [name, value] : preview.request.headers) {
            out << name << ": " << value << "\n";
        }
        out << "\n" << body_text(preview.request) << "\n";
    }
}

Json json_of(const std::string& kind, const SampleMessage& message, const Preview& preview) {
    const AlertText& alert = message.alert;
    Json json{{"channel", preview.channel},
              {"plugin", preview.plugin},
              {"kind", kind},
              {"type", alert.type},
              {"headline", alert.headline}};
    if (!message.never.empty()) {
        json["never"] = message.never;
    }
    Json fields = Json::array();
    for (const auto& [name, value] : alert.fields) {
        fields.push_back({{"name", name}, {"value", value}});
    }
    json["fields"] = std::move(fields);
    json["footer"] = alert.footer;
    json["picture"] = alert.picture;
    if (!preview.trouble.empty()) {
        json["error"] = preview.trouble;
    } else if (!preview.request.method.empty()) {
        json["method"] = preview.request.method;
        json["url"] = preview.request.url;
        json["body"] = body_text(preview.request);
    }
    return json;
}

// Kinds to show, or nothing after a usage error.
std::vector<std::string> kinds_of(const NotifyPreviewArguments& arguments, const Config& config,
                                  Terminal& terminal) {
    if (arguments.what.empty()) {
        return sample_kinds();
    }
    std::vector<std::string> known = sample_kinds();
    for (const auto& [type, form] : config.messages.forms) {
        if (type != occasion::kEdit && std::find(known.begin(), known.end(), type) == known.end()) {
            known.push_back(type);
        }
    }
    if (std::find(known.begin(), known.end(), arguments.what) == known.end()) {
        const std::string near = did_you_mean(arguments.what, known);
        usage_error(terminal, "PTL-U003",
                    "there is no alert type or occasion '" + arguments.what.substr(0, 60) + "'" +
                        (near.empty() ? "" : "; " + near),
                    "there are: " + human_list(known) + "; or the id of a signal, or last");
        return {};
    }
    return {arguments.what};
}

Status save_card(const std::string& file, const std::string& card) {
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out.write(card.data(), static_cast<std::streamsize>(card.size()));
    out.close();
    return out ? Status() : Status::io(file + " cannot be written");
}

// The picture that goes with it; empty where it has none.
std::string card_of(const AlertText& alert, const Config& config) {
    if (alert.picture.empty() || alert.series.points.empty() ||
        config.messages.picture_wait_ms == 0) {
        return {};
    }
    Result<std::string> drawn = draw_card(
        {alert.headline, alert.picture, alert.series, alert.span_begin_ns, alert.span_end_ns});
    return drawn.ok() ? std::move(*drawn) : std::string();
}

// The channels that are asked for; none after a usage error.
std::vector<PreviewChannel> channels_of(const NotifyPreviewArguments& arguments,
                                        const PluginSetup& setup, Terminal& terminal) {
    std::vector<PreviewChannel> channels;
    std::vector<std::string> names;
    for (const PlannedPlugin& planned : setup.notifiers) {
        names.push_back(planned.name);
        if (!arguments.channel.empty() && planned.name != arguments.channel) {
            continue;
        }
        PreviewChannel channel{
            &planned, NotifierInstance::create(*planned.plugin, planned.name, planned.values), {}};
        channel.about.name = planned.name;
        const auto wanted = setup.config.delivery.channels.find(planned.name);
        if (wanted != setup.config.delivery.channels.end()) {
            channel.about.traits.updates = update_mode_of(wanted->second.updates);
            channel.about.traits.digests = wanted->second.digests;
        }
        if (channel.made.ok()) {
            channel.about.traits.abilities = ask_limits(channel.handle()).abilities;
        }
        channels.push_back(std::move(channel));
    }
    if (channels.empty() && !arguments.channel.empty()) {
        usage_error(terminal, "PTL-U003",
                    "there is no channel '" + arguments.channel.substr(0, 60) + "'",
                    "there are: " + human_list(names));
    }
    return channels;
}

// Shows message after message, as text or as one document.
class PreviewWriter {
public:
    PreviewWriter(const NotifyPreviewArguments& arguments, Terminal& terminal)
        : arguments_(arguments), terminal_(terminal) {}

    Status show(const std::string& kind, const PreviewChannel& channel,
                const SampleMessage& message, const Config& config) {
        const std::string card = card_of(message.alert, config);
        if (!arguments_.card_file.empty() && !card.empty()) {
            if (Status saved = save_card(arguments_.card_file, card); !saved.ok()) {
                return saved;
            }
        }
        const std::uint32_t abilities = channel.about.traits.abilities;
        const bool takes = (abilities & PETREL_CAN_IMAGE) != 0;
        const bool adds = takes && (abilities & PETREL_CAN_ADD_IMAGE) != 0;
        add(kind, message, preview_of(channel, message, takes && !adds ? card : ""));
        if (adds && !card.empty() && message.never.empty()) {
            SampleMessage later = message;
            later.alert = picture_of(std::move(later.alert), later.phase, kFirstId);
            add(kind + " picture", later, preview_of(channel, later, card));
        }
        return {};
    }

    int finish() {
        if (arguments_.output.json) {
            terminal_.out << Json{{"version", 1}, {"previews", std::move(list_)}}.dump(
                                 -1, ' ', false, Json::error_handler_t::replace)
                          << "\n";
        }
        return broken_ ? kExitBroken : kExitDone;
    }

private:
    void add(const std::string& kind, const SampleMessage& message, const Preview& preview) {
        broken_ = broken_ || !preview.trouble.empty();
        if (arguments_.output.json) {
            list_.push_back(json_of(kind, message, preview));
        } else {
            print_text(kind, message, preview, terminal_.out);
        }
    }

    const NotifyPreviewArguments& arguments_;
    Terminal& terminal_;
    Json list_ = Json::array();
    bool broken_ = false;
};

}  // namespace

int cmd_notify_preview(const NotifyPreviewArguments& arguments, Terminal& terminal) {
    PluginSetup setup = load_setup(load_options(arguments.config, terminal, arguments.state_dir));
    settle_delivery(setup.config, setup.problems);
    if (has_errors(setup.problems)) {
        terminal.err << render(setup.problems, terminal.err_colour(arguments.output.colour));
        return kExitUsage;
    }
    const std::vector<PreviewChannel> channels = channels_of(arguments, setup, terminal);
    if (channels.empty() && !arguments.channel.empty()) {
        return kExitUsage;
    }
    const bool stored = is_id(arguments.what);
    SampleMessage of_store;
    std::vector<std::string> kinds;
    if (stored) {
        Result<AlertText> alert = stored_alert(setup.config, arguments.what);
        if (!alert.ok()) {
            terminal.err << "error: " << alert.status().message() << "\n";
            return kExitNo;
        }
        of_store.alert = std::move(*alert);
        kinds = {of_store.alert.type};
    } else if (kinds = kinds_of(arguments, setup.config, terminal); kinds.empty()) {
        return kExitUsage;
    }
    const Result<MessageBook> messages = MessageBook::make(setup.config.messages);
    PreviewWriter writer(arguments, terminal);
    for (const std::string& kind : kinds) {
        for (const PreviewChannel& channel : channels) {
            const SampleMessage message =
                stored ? of_store : sample_message(kind, channel.about, *messages);
            if (const Status shown = writer.show(kind, channel, message, setup.config);
                !shown.ok()) {
                terminal.err << "error: " << shown.message() << "\n";
                return kExitBroken;
            }
        }
    }
    return writer.finish();
}

}  // namespace petrel::core
