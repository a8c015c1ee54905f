# A provider that is built in: nothing is downloaded.
resource "terraform_data" "server" {
  input = "web-1"
}

output "server" {
  value = terraform_data.server.output
}
