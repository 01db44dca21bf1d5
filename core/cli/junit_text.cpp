// The elements and attributes that Jenkins, GitLab and GitHub's readers agree on.
#include "cli/junit_text.hpp"

#include <vector>

#include "observe/clean_text.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

constexpr std::string_view kXmlHead = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

std::string xml_escape(std::string_view text) {
    std::string escaped;
    for (const char c : clean_text(text)) {
        switch (c) {
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '&':
                escaped += "&amp;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            default:
                escaped += c;
        }
    }
    return escaped;
}

std::string counts(std::uint64_t tests, std::uint64_t failures) {
    return " tests=\"" + std::to_string(tests) + "\" failures=\"" + std::to_string(failures) + "\"";
}

std::string test_case(const RuleTestCase& test, std::string_view pack) {
    std::string xml = "    <testcase classname=\"" + xml_escape(pack) + "." +
                      xml_escape(test.file) + "\" name=\"" + xml_escape(test.name) + "\" file=\"" +
                      xml_escape(test.file) + "\" line=\"" + std::to_string(test.line) + "\"";
    if (test.passed()) {
        return xml + "/>\n";
    }
    xml += ">\n      <failure message=\"" + xml_escape(test.differences.front()) + "\">";
    for (const std::string& difference : test.differences) {
        xml += "\n" + xml_escape(difference);
    }
    return xml + "\n      </failure>\n    </testcase>\n";
}

}  // namespace

std::string junit_report(const RuleTestReport& report, std::string_view pack, double seconds) {
    std::string xml(kXmlHead);
    xml += "<testsuites name=\"" + xml_escape(pack) + "\"" +
           counts(report.cases.size(), report.failed) + " time=\"" + human_fixed(seconds, 3) +
           "\">\n";
    for (std::size_t at = 0; at < report.cases.size();) {
        const std::string& file = report.cases[at].file;
        std::string cases;
        std::uint64_t tests = 0;
        std::uint64_t failures = 0;
        for (; at < report.cases.size() && report.cases[at].file == file; ++at, ++tests) {
            cases += test_case(report.cases[at], pack);
            failures += report.cases[at].passed() ? 0 : 1;
        }
        xml += "  <testsuite name=\"" + xml_escape(file) + "\"" + counts(tests, failures) +
               " errors=\"0\">\n" + cases + "  </testsuite>\n";
    }
    return xml + "</testsuites>\n";
}

std::string junit_refusal(const std::string& message, std::string_view pack) {
    const std::string name = xml_escape(pack);
    return std::string(kXmlHead) + "<testsuites name=\"" + name +
           "\" tests=\"1\" failures=\"0\" errors=\"1\">\n  <testsuite name=\"" + name +
           "\" tests=\"1\" failures=\"0\" errors=\"1\">\n    <testcase classname=\"" + name +
           "\" name=\"the_pack_loads\">\n      <error message=\"refused\">" + xml_escape(message) +
           "</error>\n    </testcase>\n  </testsuite>\n</testsuites>\n";
}

}  // namespace petrel::core
