provider "aws" {
  region = "sa-east-1"
}

module "eks" {
  source  = "terraform-aws-modules/eks/aws"
  version = "~> 20.8"

  cluster_name    = "production"
  cluster_version = "1.30"
  vpc_id          = module.vpc.vpc_id

  eks_managed_node_group_defaults = {
    use_name_prefix = false
    instance_types  = var.instance_types
  }

  eks_managed_node_groups = {
    big = {
      min_size     = 0
      max_size     = 5
      desired_size = 1

      schedules = {
        morning = {
          min_size = 1, max_size = 5, desired_size = 3
          recurrence = "0 6 * * 1-5"
          time_zone  = "America/Sao_Paulo"
        }
        night = {
          min_size = 0, max_size = 5, desired_size = 0
          recurrence = "0 20 * * MON-FRI"
          time_zone  = "America/Sao_Paulo"
        }
      }
    }
    small = {
      min_size = 0
      max_size = 1
      schedules = {
        morning = { min_size = 0, max_size = "-1", desired_size = 0, recurrence = "0 6 * * 1-5", time_zone = "America/Sao_Paulo" }
        night   = { min_size = 0, max_size = "-1", desired_size = 1, recurrence = "0 20 * * *", time_zone = "America/Sao_Paulo" }
      }
    }
    spot = {
      min_size  = 0
      max_size  = 10
      schedules = var.spot_schedules
    }
    batch = {
      schedules = {
        payday = { min_size = 0, max_size = 9, desired_size = 9, recurrence = "0 6 1 * *" }
        after  = { min_size = 0, max_size = 9, desired_size = 0, recurrence = "0 6 2 * *", time_zone = local.zone }
      }
    }
    system = {}
  }
}
