#include "tests/support/http_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <sstream>

namespace colourize::tests {
namespace {

constexpr std::size_t paused_portion = 1000;
constexpr std::size_t portion = 1U << 18U;

// The request's lines, without its body, for there is none; empty when the client has gone.
std::string read_head(int connection) {
  std::string head;
  std::array<char, 1024> part{};
  while (!head.ends_with("\r\n\r\n")) {
    const ssize_t size = ::recv(connection, part.data(), part.size(), 0);
    if (size <= 0) return {};
    head.append(part.data(), static_cast<std::size_t>(size));
  }
  return head;
}

HttpRequest parse(const std::string& head) {
  HttpRequest request;
  std::istringstream lines(head);
  std::string method;
  lines >> method >> request.target;
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line) && line != "\r") {
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos) continue;
    std::string name = line.substr(0, colon);
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    request.headers[name] = line.substr(colon + 2, line.size() - colon - 3);
  }
  return request;
}

std::string head_of(const HttpReply& reply) {
  std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " -\r\nConnection: close\r\n";
  const std::uintmax_t length = reply.content_length.value_or(reply.body.size());
  if (reply.content_length != 0U) head += "Content-Length: " + std::to_string(length) + "\r\n";
  for (const auto& [name, value] : reply.headers) head.append(name).append(": ").append(value).append("\r\n");
  return head + "\r\n";
}

}  // namespace

std::optional<std::size_t> HttpRequest::range() const {
  const auto header = headers.find("range");
  if (header == headers.end() || !header->second.starts_with("bytes=")) return {};
  return std::stoul(header->second.substr(6));
}

HttpReply serve(const std::string& content, const HttpRequest& request) {
  const auto first = request.range();
  if (!first) return {.body = content};
  const std::string size = std::to_string(content.size());
  if (*first >= content.size()) return {.status = 416, .headers = {{"Content-Range", "bytes */" + size}}};
  const std::string range = std::to_string(*first) + "-" + std::to_string(content.size() - 1);
  return {.status = 206, .headers = {{"Content-Range", "bytes " + range + "/" + size}}, .body = content.substr(*first)};
}

HttpServer::HttpServer(Script script) : script_(std::move(script)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const bool listens = ::bind(listener_, generic, size) == 0 && ::listen(listener_, 16) == 0 &&
                       ::getsockname(listener_, generic, &size) == 0;
  if (!listens) ADD_FAILURE() << "no socket to listen on";
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

HttpServer::~HttpServer() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  ends_.notify_all();
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (std::thread& answer : answers_) answer.join();
  ::close(listener_);
}

std::string HttpServer::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

std::vector<HttpRequest> HttpServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void HttpServer::accept_all() {
  for (;;) {
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) return;
    answers_.emplace_back([this, connection] {
      answer(connection);
      ::close(connection);
    });
  }
}

void HttpServer::answer(int connection) {
  const std::string head = read_head(connection);
  if (head.empty()) return;
  const HttpRequest request = parse(head);
  HttpReply reply;
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    reply = script_(request);
  }
  if (send_all(connection, head_of(reply))) send_body(connection, reply);
}

bool HttpServer::send_all(int connection, std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void HttpServer::send_body(int connection, const HttpReply& reply) {
  std::string_view rest = reply.body;
  if (reply.cut_after) rest = rest.substr(0, *reply.cut_after);
  const auto ending = [&](std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return ends_.wait_for(lock, time, [this] { return ending_; });
  };
  const std::size_t size = reply.pause.count() > 0 ? paused_portion : portion;
  while (!rest.empty()) {
    if (reply.pause.count() > 0 && ending(reply.pause)) return;
    if (!send_all(connection, rest.substr(0, size))) return;
    rest.remove_prefix(std::min(rest.size(), size));
  }
  const std::string zeros(size, '\0');
  while (reply.endless && !ending(std::chrono::milliseconds(0)) && send_all(connection, zeros)) {
    if (reply.pause.count() > 0) ending(reply.pause);
  }
  pollfd client{.fd = connection, .events = POLLRDHUP, .revents = 0};
  while (reply.stalls && !ending(std::chrono::milliseconds(10)) && ::poll(&client, 1, 0) == 0) {
  }
}

}  // namespace colourize::tests
