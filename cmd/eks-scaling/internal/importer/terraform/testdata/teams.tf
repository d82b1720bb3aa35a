provider "aws" {
  region = "sa-east-1"
}

locals {
  office = {
    open  = { min_size = 1, max_size = 8, desired_size = 4, recurrence = "0 8 * * MON-FRI", time_zone = "America/Sao_Paulo" }
    close = { min_size = 0, max_size = 8, desired_size = 0, recurrence = "30 19 * * MON-FRI", time_zone = "America/Sao_Paulo" }
  }
}

module "eks" {
  source       = "terraform-aws-modules/eks/aws"
  version      = "~> 20.8"
  cluster_name = "teams"

  eks_managed_node_group_defaults = {
    use_name_prefix = false
    min_size        = 0
    max_size        = 8
  }

  eks_managed_node_groups = {
    # Two teams keep the same hours, with different sizes.
    shop = { schedules = local.office }
    api = {
      schedules = {
        open  = { min_size = 2, max_size = 8, desired_size = 3, recurrence = "0 8 * * 1-5", time_zone = "America/Sao_Paulo" }
        close = { min_size = 1, max_size = 8, desired_size = 1, recurrence = "30 19 * * 1-5", time_zone = "America/Sao_Paulo" }
      }
    }
    # The reports are made at night, over midnight.
    reports = {
      schedules = {
        start = { min_size = 0, max_size = 8, desired_size = 8, recurrence = "0 23 * * *", time_zone = "America/Sao_Paulo" }
        stop  = { min_size = 0, max_size = 8, desired_size = 0, recurrence = "30 3 * * *", time_zone = "America/Sao_Paulo" }
      }
    }
    # Training has two mornings a week.
    training = {
      schedules = {
        up   = { min_size = 0, max_size = 8, desired_size = 2, recurrence = "15 9 * * 1,3", time_zone = "America/Sao_Paulo" }
        down = { min_size = 0, max_size = 8, desired_size = 0, recurrence = "15 12 * * 1,3", time_zone = "America/Sao_Paulo" }
      }
    }
    # A team in another country has the office's hours by its own clock.
    berlin = {
      schedules = {
        open  = { min_size = 1, max_size = 8, desired_size = 4, recurrence = "0 8 * * MON-FRI", time_zone = "Europe/Berlin" }
        close = { min_size = 0, max_size = 8, desired_size = 0, recurrence = "30 19 * * MON-FRI", time_zone = "Europe/Berlin" }
      }
    }
  }
}
