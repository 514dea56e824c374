# shellcheck shell=bash
# The .NET SDK builds and pushes an image itself: `get` for the registries of the base image and of the pushed image.

dotnet_tests() {
    new_user
    dotnet_project
    put_into_registry dotnet/base 1 >/dev/null
    dotnet_signs_in credHelpers "$BY_HELPER"
    dotnet_signs_in credsStore "$BY_STORE"
    echo '{}' >.docker/config.json
    check ".NET SDK: without the helper the registry refuses" fails_with 'CONTAINER[0-9]+|401|nauthorized' dotnet_pushes none
}

dotnet_signs_in() { # WAY CONFIGURATION
    # The project is kept, because its first build takes half of the time.
    rm -rf .ecr
    echo "$2" >.docker/config.json
    check ".NET SDK: cold publish as a container by $1" calling 1 dotnet_pushes "$1"
    check ".NET SDK: warm publish as a container by $1" calling 0 asking_for "$ECR" dotnet_pushes "$1"
    check ".NET SDK: what was pushed is in the registry" is_in_registry dotnet/app "${1,,}"
}

dotnet_project() {
    mkdir app
    echo 'System.Console.WriteLine("Hello");' >app/Program.cs
    cat >app/app.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
  </PropertyGroup>
</Project>
XML
}

dotnet_pushes() { # TAG
    (
        # The setting that turns off requests to the SDK's own servers was lost with the rest of the environment.
        # shellcheck source=../lib/common.sh
        . "$SCRIPTS/lib/common.sh"
        dotnet publish app --os linux -t:PublishContainer --nologo -v q -p:SelfContained=false \
            "-p:ContainerBaseImage=$ECR/dotnet/base:1" "-p:ContainerRegistry=$ECR" \
            -p:ContainerRepository=dotnet/app "-p:ContainerImageTag=${1,,}"
    )
}
