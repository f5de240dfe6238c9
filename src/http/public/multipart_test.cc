#include "http/public/multipart.h"

#include <gtest/gtest.h>

namespace switchyard::http {
namespace {

struct Case {
  std::string name, body;
  std::optional<std::string> want;
};
class FieldWindowTest : public testing::TestWithParam<Case> {};

std::string part(const std::string& headers, const std::string& value) {
  return "--b\r\n" + headers + "\r\n\r\n" + value + "\r\n";
}
std::string field(const std::string& name, const std::string& value) {
  return part("Content-Disposition: form-data; name=\"" + name + "\"", value);
}
std::string file(const std::string& name, const std::string& value) {
  return part("Content-Disposition: form-data; name=\"" + name + "\"; filename=\"a.wav\"\r\nContent-Type: audio/wav",
              value);
}

// The network cuts a body where it likes, so each case runs once for every chunk size.
TEST_P(FieldWindowTest, FindsTheSameHoweverTheBytesAreCut) {
  const Case& c = GetParam();
  for (std::size_t size = 1; size <= c.body.size(); ++size) {
    FieldWindow window("b", "model", 4096);
    std::size_t at = 0;
    for (; at < c.body.size() && window.state() == FieldWindow::State::kLooking; at += size) {
      window.feed(std::string_view(c.body).substr(at, size));
    }
    const bool found = window.state() == FieldWindow::State::kFound;
    EXPECT_EQ(found ? std::optional(std::string(window.value())) : std::nullopt, c.want) << "chunks of " << size;
    EXPECT_EQ(window.bytes(), std::string_view(c.body).substr(0, at)) << "chunks of " << size;
  }
}
INSTANTIATE_TEST_SUITE_P(
    Forms, FieldWindowTest,
    testing::Values(
        Case{"First", field("model", "whisper-1") + file("file", "xyz") + "--b--\r\n", "whisper-1"},
        Case{"BehindAFile", file("file", "x\r\n--c\r\n--bad\r\n") + field("model", "m") + "--b--\r\n", "m"},
        Case{"BehindAnotherField", field("models", "no") + field("model", "m") + "--b--\r\n", "m"},
        Case{"LastWithoutMore", field("model", "m") + "--b--", "m"}, Case{"Empty", field("model", "") + "--b--", ""},
        Case{"OwnLines", field("model", "a\r\nb\r\n-") + "--b--", "a\r\nb\r\n-"},
        Case{"Preamble", "ignored\r\n" + field("model", "m") + "--b--", "m"},
        Case{"LowerCaseAndToken", part("content-disposition:form-data;name=model", "m") + "--b--", "m"},
        Case{"OtherHeadersFirst",
             part("Content-Type: text/plain\r\nContent-Disposition: form-data; name=\"model\"", "m") + "--b--", "m"},
        Case{"EscapedName", field("mo\\del", "m") + "--b--", "m"},
        Case{"AFileIsNoField", file("model", "m") + "--b--", std::nullopt},
        Case{"WithoutHeaders", "--b\r\n\r\nname=\"model\"\r\n" + field("model", "m") + "--b--", "m"},
        Case{"InsideAFile", file("file", "Content-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n") + "--b--",
             std::nullopt},
        Case{"LongerBoundary", "--bb\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n--bb--",
             std::nullopt},
        Case{"Unfinished", "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisp", std::nullopt},
        Case{"NoForm", "{\"model\":\"m\"}", std::nullopt},
        Case{"OtherName", field("purpose", "m") + "--b--", std::nullopt}),
    [](const auto& tested) { return tested.param.name; });

TEST(FieldWindowTest, LooksNoFurtherThanItsWindow) {
  FieldWindow window("b", "model", 1000);
  std::string body = file("file", std::string(2000, 'x')) + field("model", "m") + "--b--";
  std::size_t fed = 0;
  while (window.state() == FieldWindow::State::kLooking) window.feed(std::string_view(body).substr(fed++, 1));
  EXPECT_EQ(window.state(), FieldWindow::State::kAbsent);
  EXPECT_EQ(fed, 1000u);
}

TEST(MultipartTest, ReadsTheBoundaryOfAContentType) {
  EXPECT_EQ(multipart_boundary("multipart/form-data; boundary=abc"), "abc");
  EXPECT_EQ(multipart_boundary("multipart/form-data; charset=x; Boundary=\"a b;c\""), "a b;c");
  EXPECT_EQ(multipart_boundary("multipart/form-data;boundary=a ; x=y"), "a");
  for (const std::string bad :
       {"multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary"}) {
    EXPECT_FALSE(multipart_boundary(bad)) << bad;
  }
  EXPECT_FALSE(multipart_boundary("multipart/form-data; boundary=" + std::string(71, 'x')));
}

}  // namespace
}  // namespace switchyard::http
