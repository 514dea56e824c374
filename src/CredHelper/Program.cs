Console.WriteLine("docker-credential-ecr-login");
