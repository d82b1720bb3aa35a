# A cluster of terraform-aws-eks, version 20, whose node groups have schedules. docs/migrating-from-terraform.md migrates it.

provider "aws" {
  region = "eu-central-1"
}

locals {
  time_zone = "Europe/Berlin"

  # The team works from 07:00 to 20:00 on weekdays.
  office = {
    day   = { min_size = 0, max_size = 6, desired_size = 4, recurrence = "0 7 * * MON-FRI", time_zone = local.time_zone }
    night = { min_size = 0, max_size = 6, desired_size = 0, recurrence = "0 20 * * MON-FRI", time_zone = local.time_zone }
  }
}

module "eks" {
  source          = "terraform-aws-modules/eks/aws"
  version         = "~> 20.31"
  cluster_name    = "staging"
  cluster_version = "1.31"
  vpc_id          = "vpc-0123456789abcdef0"
  subnet_ids      = ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"]

  eks_managed_node_groups = {
    apps = {
      use_name_prefix = false
      instance_types  = ["m7i.large"]
      min_size        = 0
      max_size        = 6
      schedules       = local.office
    }

    runners = {
      use_name_prefix = false
      instance_types  = ["c7i.2xlarge"]
      capacity_type   = "SPOT"
      min_size        = 1
      max_size        = 10

      schedules = {
        day   = { min_size = 1, max_size = 10, desired_size = 8, recurrence = "0 7 * * MON-FRI", time_zone = local.time_zone }
        night = { min_size = 1, max_size = 10, desired_size = 1, recurrence = "0 20 * * MON-FRI", time_zone = local.time_zone }
      }
    }

    monitoring = {
      use_name_prefix = false
      min_size        = 2
      max_size        = 2
    }
  }
}
