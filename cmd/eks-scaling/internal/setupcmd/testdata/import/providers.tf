provider "aws" {
  region = "sa-east-1"
}
