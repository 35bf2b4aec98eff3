// An HTTP/1.1 server on the loopback interface that answers as a test says, well or badly.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace colourize::tests {

struct HttpRequest {
  std::string target;                          // "/file", or a whole address where the server is taken for a proxy
  std::map<std::string, std::string> headers;  // by lower-case name

  // The first byte that "Range: bytes=N-" asks for.
  std::optional<std::size_t> range() const;
};

struct HttpReply {
  int status = 200;
  std::map<std::string, std::string> headers{};
  std::string body;
  // What Content-Length says where it is not the body's size; 0: no such header, the body ends with the connection.
  std::optional<std::uintmax_t> content_length{};
  std::optional<std::size_t> cut_after{};  // bytes of the body, then the connection ends
  bool stalls = false;                     // in place of the end: nothing more, until the client gives up
  bool endless = false;                    // in place of the end: zeros, until the client gives up
  std::chrono::milliseconds pause{0};      // before each 1000 bytes of the body
};

// `content` as a good server sends it: the whole, the range that is asked for, or 416.
HttpReply serve(const std::string& content, const HttpRequest& request);

// Answers each connection's one request in a thread of its own.
class HttpServer {
 public:
  using Script = std::function<HttpReply(const HttpRequest&)>;
  explicit HttpServer(Script script);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  // "http://127.0.0.1:PORT" + path
  std::string url(const std::string& path = "/file") const;
  // Those that came so far.
  std::vector<HttpRequest> requests() const;

 private:
  void accept_all();
  void answer(int connection);
  bool send_all(int connection, std::string_view bytes) const;
  void send_body(int connection, const HttpReply& reply);

  Script script_;
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable ends_;
  bool ending_ = false;
  std::vector<HttpRequest> requests_;
  std::vector<std::thread> answers_;
  std::thread acceptor_;
};

}  // namespace colourize::tests
