#include "cli/html.hpp"

namespace frugal::cli {

std::string escaped(std::string_view text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\'':
        html += "&#39;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + escaped(value) + "\"";
}

std::string element(std::string_view name, const std::string& attributes, const std::string& content) {
  return "<" + std::string(name) + attributes + ">" + content + "</" + std::string(name) + ">";
}

std::string part(std::string_view name, std::string_view css_class, const std::string& content) {
  return element(name, css_class.empty() ? std::string{} : attribute("class", css_class), content);
}

std::string empty_element(std::string_view name, const std::string& attributes) {
  return "<" + std::string(name) + attributes + "/>";
}

}  // namespace frugal::cli
