#include "cli/mock/form.h"

#include <gtest/gtest.h>

namespace switchyard::cli {
namespace {

TEST(FormReaderTest, CountsAndKeepsPartsHoweverTheBytesAreCut) {
  const std::string body =
      "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--b\r\nContent-Disposition: form-data; "
      "name=\"file\"; filename=\"a.jsonl\"\r\nContent-Type: text/plain\r\n\r\n{}\r\n--\r\n-b-\r\n\r\n--b--\r\n";
  for (std::size_t size = 1; size <= body.size(); ++size) {
    FormReader form("multipart/form-data; boundary=b", 5);
    for (std::size_t at = 0; at < body.size(); at += size) form.feed(std::string_view(body).substr(at, size));
    EXPECT_EQ(form.part("purpose").kept, "batch") << size;
    EXPECT_EQ(form.part("file").filename, "a.jsonl") << size;
    EXPECT_EQ(form.part("file").kept, "{}\r\n-") << size;
    EXPECT_EQ(form.part("file").size, std::string("{}\r\n--\r\n-b-\r\n").size()) << size;
    EXPECT_EQ(form.parts().size(), 2u) << size;
  }
}

}  // namespace
}  // namespace switchyard::cli
