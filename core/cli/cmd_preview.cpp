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
#include "pipeline_store.hpp"
#include "plugin/plugin_instance.hpp"
#include "plugin/plugin_setup.hpp"
#include "runtime/human.hpp"
#include "secrets/secret_reader.hpp"

namespace petrel::core {
namespace {

using Json = nlohmann::ordered_json;

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
    // Only rows of channels with pictures keep what is drawn: the longest one has all.
    const auto fullest = std::max_element(rows->begin(), rows->end(), [](auto& a, auto& b) {
        return a.payload.size() < b.payload.size();
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

Preview preview_of(const PlannedPlugin& planned, const AlertText& alert, const std::string& card) {
    Preview preview;
    preview.channel = planned.name;
    preview.plugin = planned.plugin->name;
    const Result<NotifierInstance> made =
        NotifierInstance::create(*planned.plugin, planned.name, planned.values);
    if (!made.ok()) {
        preview.trouble = made.status().message();
        return preview;
    }
    const NotifierHandle handle{planned.name, &made->table(), made->handle()};
    if (handle.table->build == nullptr) {
        return preview;
    }
    Delivery delivery;
    delivery.alert = alert;
    delivery.row.signal_id = alert.id;
    delivery.row.created_ns = alert.at_ns;
    const AlertForPlugin told(
        delivery, alert.at_ns,
        (ask_limits(handle).abilities & PETREL_CAN_IMAGE) != 0 ? std::string_view(card) : "");
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
    preview.request = masked_request(std::move(request), secrets_of(planned));
    return preview;
}

std::string plain_lines(const AlertText& alert) {
    std::string text = alert.headline + "\n";
    for (const auto& [name, value] : alert.fields) {
        text += name + ": " + value + "\n";
    }
    return text + alert.footer + "\n";
}

void print_text(const AlertText& alert, const Preview& preview, std::ostream& out) {
    out << "== " << preview.channel << " · " << alert.type << "\n";
    if (!preview.trouble.empty()) {
        out << "error: " << preview.trouble << "\n\n";
    } else if (preview.request.method.empty()) {
        out << "(the channel writes and delivers by itself; it is given)\n"
            << plain_lines(alert) << "\n";
    } else {
        out << preview.request.method << " " << preview.request.url << "\n";
        for (const auto& [name, value] : preview.request.headers) {
            out << name << ": " << value << "\n";
        }
        out << "\n" << body_text(preview.request) << "\n";
    }
}

Json json_of(const AlertText& alert, const Preview& preview) {
    Json json{{"channel", preview.channel},
              {"plugin", preview.plugin},
              {"type", alert.type},
              {"headline", alert.headline}};
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

// Types to show, or nothing after a usage error.
std::vector<std::string> types_of(const NotifyPreviewArguments& arguments, const Config& config,
                                  Terminal& terminal) {
    if (arguments.what.empty()) {
        return sample_types();
    }
    std::vector<std::string> known = sample_types();
    for (const auto& [type, form] : config.messages.forms) {
        if (std::find(known.begin(), known.end(), type) == known.end()) {
            known.push_back(type);
        }
    }
    if (std::find(known.begin(), known.end(), arguments.what) == known.end()) {
        const std::string near = did_you_mean(arguments.what, known);
        usage_error(terminal, "PTL-U003",
                    "there is no alert type '" + arguments.what.substr(0, 60) + "'" +
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

// The alerts to show; empty after an error, which was told.
std::vector<AlertText> alerts_of(const NotifyPreviewArguments& arguments, const Config& config,
                                 Terminal& terminal, int& exit_code) {
    std::vector<AlertText> alerts;
    if (is_id(arguments.what)) {
        Result<AlertText> stored = stored_alert(config, arguments.what);
        if (stored.ok()) {
            alerts.push_back(std::move(*stored));
        } else {
            terminal.err << "error: " << stored.status().message() << "\n";
            exit_code = kExitNo;
        }
        return alerts;
    }
    const Result<MessageBook> messages = MessageBook::make(config.messages);
    for (const std::string& type : types_of(arguments, config, terminal)) {
        alerts.push_back(sample_alert(type, *messages));
    }
    exit_code = alerts.empty() ? kExitUsage : kExitDone;
    return alerts;
}

}  // namespace

int cmd_notify_preview(const NotifyPreviewArguments& arguments, Terminal& terminal) {
    PluginSetup setup = load_setup(load_options(arguments.config, terminal, arguments.state_dir));
    settle_delivery(setup.config, setup.problems);
    if (has_errors(setup.problems)) {
        terminal.err << render(setup.problems, terminal.err_colour(arguments.output.colour));
        return kExitUsage;
    }
    std::vector<std::string> channels;
    for (const PlannedPlugin& planned : setup.notifiers) {
        channels.push_back(planned.name);
    }
    if (!arguments.channel.empty() &&
        std::find(channels.begin(), channels.end(), arguments.channel) == channels.end()) {
        return usage_error(terminal, "PTL-U003",
                           "there is no channel '" + arguments.channel.substr(0, 60) + "'",
                           "there are: " + human_list(channels));
    }
    int exit_code = kExitDone;
    Json list = Json::array();
    for (const AlertText& alert : alerts_of(arguments, setup.config, terminal, exit_code)) {
        std::string card;
        if (!alert.picture.empty() && !alert.series.points.empty() &&
            setup.config.messages.picture_wait_ms > 0) {
            Result<std::string> drawn = draw_card({alert.headline, alert.picture, alert.series,
                                                   alert.span_begin_ns, alert.span_end_ns});
            card = drawn.ok() ? std::move(*drawn) : "";
        }
        if (!arguments.card_file.empty() && !card.empty()) {
            if (const Status saved = save_card(arguments.card_file, card); !saved.ok()) {
                terminal.err << "error: " << saved.message() << "\n";
                return kExitBroken;
            }
        }
        for (const PlannedPlugin& planned : setup.notifiers) {
            if (!arguments.channel.empty() && planned.name != arguments.channel) {
                continue;
            }
            const Preview preview = preview_of(planned, alert, card);
            exit_code = preview.trouble.empty() ? exit_code : kExitBroken;
            if (arguments.output.json) {
                list.push_back(json_of(alert, preview));
            } else {
                print_text(alert, preview, terminal.out);
            }
        }
    }
    if (arguments.output.json && exit_code != kExitUsage) {
        terminal.out << Json{{"version", 1}, {"previews", std::move(list)}}.dump(
                            -1, ' ', false, Json::error_handler_t::replace)
                     << "\n";
    }
    return exit_code;
}

}  // namespace petrel::core
