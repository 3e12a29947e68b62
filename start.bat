@echo off
rem Sets up .venv beside this file and starts Qianxian. Needs Python 3.11 or later.
chcp 65001 >nul
setlocal
cd /d "%~dp0"

set "PY="
for %%v in (3.13 3.12 3.11) do if not defined PY (py -%%v -c "" >nul 2>&1 && set "PY=py -%%v")
if not defined PY (python -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>&1 && set "PY=python")
if not defined PY (
  echo 这台电脑上没有 Python 3.11 或更新的版本。请从 python.org 下载安装，再双击这个文件。
  goto failed
)

if not exist .venv\Scripts\python.exe (
  %PY% -m venv .venv || goto failed
)

rem The copy in .venv says which requirements are installed; nothing is fetched while it is the same.
fc /b requirements.txt .venv\installed.txt >nul 2>&1 && goto run
echo 正在装需要的包，第一次要几分钟……
.venv\Scripts\python -m pip install --quiet --disable-pip-version-check "uv~=0.5" && .venv\Scripts\uv pip install --quiet --python .venv\Scripts\python.exe --require-hashes -r requirements.txt && goto installed
.venv\Scripts\python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt || goto failed
:installed
copy /y requirements.txt .venv\installed.txt >nul

:run
.venv\Scripts\python -m qianxian run --open %*
if errorlevel 1 goto failed
exit /b 0

:failed
echo.
echo 没有启动成功。原因在上面的字里。
pause
exit /b 1
