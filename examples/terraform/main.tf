# Deploys a release of EKS Scaling Automation: its functions and its CloudFormation template, without the CDK. See README.md.

terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

provider "aws" {
  region = var.region
}

data "aws_caller_identity" "current" {}

locals {
  # Each release has its own prefix, so that an object never changes and a rollback finds the earlier code.
  prefix = "eks-scaling/${var.release_version}"
}

resource "aws_s3_bucket" "code" {
  bucket = "eks-scaling-code-${data.aws_caller_identity.current.account_id}-${var.region}"
}

resource "aws_s3_bucket_public_access_block" "code" {
  bucket                  = aws_s3_bucket.code.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_object" "function" {
  for_each    = fileset("${var.release_folder}/functions", "*.zip")
  bucket      = aws_s3_bucket.code.id
  key         = "${local.prefix}/${each.value}"
  source      = "${var.release_folder}/functions/${each.value}"
  source_hash = filemd5("${var.release_folder}/functions/${each.value}")
}

# CloudFormation takes a template of this size only from S3.
resource "aws_s3_object" "template" {
  bucket      = aws_s3_bucket.code.id
  key         = "${local.prefix}/eks-scaling.template.json"
  source      = "${var.release_folder}/eks-scaling.template.json"
  source_hash = filemd5("${var.release_folder}/eks-scaling.template.json")
}

resource "aws_cloudformation_stack" "eks_scaling" {
  name         = "EksScaling"
  template_url = "https://${aws_s3_bucket.code.bucket_regional_domain_name}/${aws_s3_object.template.key}"
  capabilities = ["CAPABILITY_NAMED_IAM"]

  parameters = merge(var.parameters, {
    CodeBucket = aws_s3_bucket.code.id
    CodePrefix = local.prefix
    AlertEmail = var.alert_email
  })

  tags = {
    "eks-scaling:version" = var.release_version
  }

  depends_on = [aws_s3_object.function]
}
